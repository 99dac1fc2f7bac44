import type { ErrorFacts } from '../../errors/catalogue';
import { CodedError } from '../../errors/catalogue';
import type { HttpClient, HttpResponse } from '../../http/types';
import type { ServerClock } from '../../util/clock';
import type { Log } from '../../util/log';
import { safeServerToken } from '../../util/serverText';
import { Gateway, type GatewayCall } from '../gateway';
import { gatewayError, parseJson } from '../gatewayErrors';
import type { AccessKeys } from './credential';

/** With which keys, and at which endpoint. */
export interface EdasRequest {
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
   * Sends one call. A response is a success only when its HTTP status and the `Code` of its body are both 200.
   *
   * @param read turns the body of a success into a value, or throws
   * @throws CodedError `edas.*`, `answer.*`, `network.*`; an `AbortError`; what `read` throws
   */
  call<T>(
    caller: EdasRequest,
    { ramAction, ...call }: EdasAction,
    read: (body: unknown, facts: ErrorFacts) => T,
    signal?: AbortSignal,
  ): Promise<T> {
    const { endpoint, keys } = caller;
    return this.#gateway.call(
      { ...call, endpoint, version },
      keys,
      async (response) => {
        const [body, facts] = await this.#bodyOf(response, caller, call.action, ramAction);
        const value = read(body, facts);
        this.log.info(`EDAS ${call.action}: 200, RequestId ${facts.requestId ?? 'none'}`);
        return value;
      },
      signal,
    );
  }

  async #bodyOf(
    response: HttpResponse,
    { keys, endpoint }: EdasRequest,
    action: string,
    ramAction: string | undefined,
  ): Promise<[body: unknown, facts: ErrorFacts]> {
    const { host } = new URL(endpoint);
    const body = response.status === 200 ? parseJson(response.body.toString('utf8')) : undefined;
    if (isSuccess(body)) {
      const requestId = safeServerToken(response.header('x-acs-request-id'), keys);
      return [body, { host, httpStatus: 200, ...(requestId !== undefined && { requestId }) }];
    }
    const error = withRamAction(
      await gatewayError(response, { host, keys, clock: this.clock }),
      ramAction,
    );
    this.log.warn(`EDAS ${action}: ${error.message}`);
    throw error;
  }
}

function withRamAction(error: CodedError, ramAction: string | undefined): CodedError {
  const { code, facts } = error;
  return code === 'edas.noPermission' && ramAction !== undefined
    ? new CodedError(code, { ramAction, ...facts })
    : error;
}

function isSuccess(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || !('Code' in body)) {
    return false;
  }
  return body.Code === 200 || body.Code === '200';
}
