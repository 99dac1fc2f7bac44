import type { ServerClock } from '../../util/clock';
import type { AccessKeys } from '../edas/credential';
import { Gateway } from '../gateway';
import { gatewayError } from '../gatewayErrors';
import { CodedError, type ErrorCode } from '../../errors/catalogue';
import type { HttpResponse, HttpClient } from '../../http/types';
import type { Log } from '../../util/log';
import { headerText, JsonFields, matching, parseJson } from '../../util/jsonFields';
import { Secret } from '../../util/secret';
import { safeServerToken } from '../../util/serverText';
import type { RoleRequest } from './role';

/** The one operation of STS that is needed. Source: Sts 2015-04-01, "AssumeRole". */
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
   * Gets temporary keys of a role.
   * @throws CodedError `sts.*`; `edas.*` for what the gateway says about the caller's own keys; `response.*`, `network.*`
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
        query: {
          RoleArn: role.roleArn,
          RoleSessionName: role.sessionName,
          ExternalId: role.externalId,
          Policy: role.policy,
          DurationSeconds: role.durationSeconds?.toString(),
        },
      },
      keys,
      (response) => this.#read(response, keys, role),
      signal,
    );
  }

  /** @throws CodedError `sts.responseMalformed`: `subject` is the field, `detail` 'missing', 'empty', 'malformed' or 'expired' */
  async #read(response: HttpResponse, keys: AccessKeys, role: RoleRequest): Promise<AccessKeys> {
    const { host } = new URL(role.endpoint);
    if (response.status !== 200) {
      const refusal = await gatewayError(response, { host, keys, clock: this.clock });
      const error = new CodedError(stsCode(refusal), { ...refusal.facts, subject: role.roleArn });
      this.log.warn(`STS AssumeRole: ${error.message}`);
      throw error;
    }
    const code = 'sts.responseMalformed';
    const facts = { host, httpStatus: response.status };
    const body = new JsonFields(parseJson(response.body.toString('utf8')), code, facts);
    const fields = body.inner('Credentials');
    const key = (name: string): string => fields.text(name, matching(headerText));
    const temporary = {
      accessKeyId: key('AccessKeyId'),
      accessKeySecret: new Secret(key('AccessKeySecret')),
      securityToken: new Secret(key('SecurityToken')),
    };
    const requestId = body.text('RequestId', (text) => safeServerToken(text));
    if (fields.instant('Expiration') <= this.clock.now()) {
      throw new CodedError(code, { ...facts, subject: 'Expiration', detail: 'expired' });
    }
    this.log.info(`STS AssumeRole: 200, RequestId ${requestId}`);
    return temporary;
  }
}

/** Errors of STS itself get codes of their own; those about the caller's keys or the network keep theirs. */
function stsCode({ code, facts }: CodedError): ErrorCode {
  if (/^EntityNotExist/i.test(facts.serverCode ?? '')) {
    return 'sts.roleNotFound';
  }
  if (code === 'edas.noPermission') {
    return 'sts.noPermission';
  }
  return code === 'edas.notOffered' || code === 'edas.rejected' ? 'sts.rejected' : code;
}
