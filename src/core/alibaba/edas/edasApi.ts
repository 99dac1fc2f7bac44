import { CodedError, type ErrorFacts } from '../../errors/catalogue';
import type { HttpClient, HttpResponse } from '../../http/types';
import type { ServerClock } from '../../util/clock';
import { parseJson } from '../../util/jsonFields';
import type { Log } from '../../util/log';
import { safeServerToken } from '../../util/serverText';
import { Gateway, type GatewayCall } from '../gateway';
import { gatewayError } from '../gatewayErrors';
import type { AccessKeys, Credential } from './credential';
import { parseCredentialResponse } from './credentialResponse';

/** With which keys, and at which endpoint. */
export interface EdasCaller {
  readonly keys: AccessKeys;
  /** Origin of the EDAS API, as from `parseEndpoint`. */
  readonly endpoint: string;
}

/** One operation of the EDAS API. */
export interface EdasAction extends Pick<
  GatewayCall,
  'action' | 'limits' | 'method' | 'pathname' | 'query'
> {
  /** RAM action that the caller needs, for errors in which the gateway names none. */
  readonly ramAction?: string;
}

const version = '2017-08-01';

/**
 * Calls the EDAS API. All parameters travel in the query, whatever the method.
 * Source: EDAS 2017-08-01, "List of operations by function".
 */
export class EdasApi {
  readonly #gateway: Gateway;

  constructor(
    http: HttpClient,
    private readonly clock: ServerClock,
    private readonly log: Log,
  ) {
    this.#gateway = new Gateway(http, clock, log);
  }

  /**
   * Gets the credential for the account's package prefix in OSS.
   * @throws as `call`; CodedError `edas.credentialMalformed`, `edas.credentialExpired`
   */
  getPackageStorageCredential(caller: EdasCaller, signal?: AbortSignal): Promise<Credential> {
    const action = 'GetPackageStorageCredential';
    const pathname = '/pop/v5/package_storage_credential';
    const read = (body: unknown, { host, httpStatus }: ErrorFacts): Credential =>
      parseCredentialResponse(body, this.clock.now(), { host, httpStatus });
    return this.call(caller, { method: 'GET', pathname, action }, read, signal);
  }

  /**
   * Sends one call; once more when EDAS rejects the time of the request and its response has corrected the clock. A
   * response is a success only when its HTTP status and the `Code` of its body are both 200.
   *
   * @param read turns the body of a success into a value, or throws
   * @throws CodedError `edas.*`, `response.*`, `network.*`; an `AbortError`; what `read` throws
   */
  call<T>(
    { endpoint, keys }: EdasCaller,
    { ramAction, ...call }: EdasAction,
    read: (body: unknown, facts: ErrorFacts) => T,
    signal?: AbortSignal,
  ): Promise<T> {
    const { host } = new URL(endpoint);
    const readResponse = async (response: HttpResponse): Promise<T> => {
      const body = response.status === 200 ? parseJson(response.body.toString('utf8')) : undefined;
      if (!isSuccess(body)) {
        const { code, facts } = await gatewayError(response, { host, keys, clock: this.clock });
        const missing = code === 'edas.noPermission' ? (facts.ramAction ?? ramAction) : undefined;
        const error = new CodedError(code, { ...facts, ramAction: missing });
        this.log.warn(`EDAS ${call.action}: ${error.message}`);
        throw error;
      }
      const requestId = safeServerToken(response.header('x-acs-request-id'), keys);
      const value = read(body, { host, httpStatus: 200, requestId });
      this.log.info(`EDAS ${call.action}: 200, RequestId ${requestId ?? 'none'}`);
      return value;
    };
    return this.#gateway.call({ ...call, endpoint, version }, keys, readResponse, signal);
  }
}

function isSuccess(body: unknown): boolean {
  const code = typeof body === 'object' && body !== null && 'Code' in body ? body.Code : undefined;
  return code === 200 || code === '200';
}
