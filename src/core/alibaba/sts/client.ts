import type { ServerClock } from '../../util/clock';
import type { AccessKeys } from '../edas/credential';
import { Gateway } from '../gateway';
import { gatewayError, parseJson } from '../gatewayErrors';
import { CodedError, type ErrorCode } from '../../errors/catalogue';
import type { HttpResponse, HttpClient } from '../../http/types';
import type { Log } from '../../util/log';
import { parseAssumeRoleResponse } from './assumeRoleResponse';
import type { RoleRequest } from './role';

/** STS, of which we need one call. Source: Sts 2015-04-01, "AssumeRole". */
export class StsClient {
  readonly #gateway: Gateway;

  constructor(
    http: HttpClient,
    private readonly clock: ServerClock,
    private readonly log: Log,
  ) {
    this.#gateway = new Gateway(http, clock, log);
  }

  /**
   * The keys of a role, lent for a while.
   * @throws CodedError `sts.*`; `edas.*` for what the gateway says of the caller's own keys; `answer.*`, `network.*`
   * @throws an `AbortError`
   */
  assumeRole(keys: AccessKeys, role: RoleRequest, signal?: AbortSignal): Promise<AccessKeys> {
    return this.#gateway.call(
      {
        method: 'POST',
        endpoint: role.endpoint,
        pathname: '/',
        action: 'AssumeRole',
        version: '2015-04-01',
        query: queryOf(role),
      },
      keys,
      (answer) => this.#read(answer, keys, role),
      signal,
    );
  }

  async #read(answer: HttpResponse, keys: AccessKeys, role: RoleRequest): Promise<AccessKeys> {
    const { host } = new URL(role.endpoint);
    if (answer.status !== 200) {
      const refusal = await gatewayError(answer, { host, keys, clock: this.clock });
      const error = new CodedError(stsCode(refusal), { ...refusal.facts, subject: role.roleArn });
      this.log.warn(`STS AssumeRole: ${error.message}`);
      throw error;
    }
    const body = parseJson(answer.body.toString('utf8'));
    const facts = { host, httpStatus: answer.status };
    const { requestId, ...lent } = parseAssumeRoleResponse(body, this.clock.now(), facts);
    this.log.info(`STS AssumeRole: 200, RequestId ${requestId}`);
    return lent;
  }
}

function queryOf(role: RoleRequest): Record<string, string> {
  return {
    RoleArn: role.roleArn,
    RoleSessionName: role.sessionName,
    ...(role.externalId !== undefined && { ExternalId: role.externalId }),
    ...(role.policy !== undefined && { Policy: role.policy }),
    ...(role.durationSeconds !== undefined && { DurationSeconds: String(role.durationSeconds) }),
  };
}

/** The names of refusals that are STS's own; what concerns the caller's keys or the way there keeps its code. */
function stsCode({ code, facts }: CodedError): ErrorCode {
  if (/^EntityNotExist/i.test(facts.serverCode ?? '')) {
    return 'sts.roleNotFound';
  }
  if (code === 'edas.noPermission') {
    return 'sts.noPermission';
  }
  return code === 'edas.notOffered' || code === 'edas.rejected' ? 'sts.rejected' : code;
}
