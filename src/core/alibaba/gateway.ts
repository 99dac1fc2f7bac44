import { randomUUID } from 'node:crypto';

import type { ServerClock } from '../util/clock';
import { hasCode } from '../errors/catalogue';
import type { HttpClient, HttpRequest, HttpResponse } from '../http/types';
import type { Log } from '../util/log';
import { parseHttpDate } from '../util/serverTime';
import { canonicalQuery, emptyPayloadHash, signAcs3, type Acs3Request } from './acs3';
import type { AccessKeys } from './edas/credential';

/** A call without a body to an API behind Alibaba Cloud's gateway. */
export interface GatewayCall {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Origin of the API, as from `parseEndpoint`. */
  readonly endpoint: string;
  /** Percent-encoded; `/` for APIs of the RPC style. */
  readonly pathname: string;
  readonly action: string;
  readonly version: string;
  readonly query?: Acs3Request['query'];
  /** Limits of the one request, and whether it may be repeated; defaults as in `HttpRequest`. */
  readonly limits?: Pick<HttpRequest, 'deadlineMs' | 'maxResponseBytes' | 'sendOnce' | 'stallMs'>;
}

/**
 * Signs calls and sends them.
 * Source: "V3 request structure and signature" (document 2593177).
 */
export class Gateway {
  constructor(
    private readonly http: HttpClient,
    private readonly clock: ServerClock,
    private readonly log: Log,
  ) {}

  /**
   * Sends a call and reads its response. When `read` reports a wrong clock (`edas.clockSkewed`) and the response has
   * corrected it, the call is sent once more.
   *
   * @param read turns the response into a value, or throws
   * @throws CodedError `network.*`, `response.*`; an `AbortError`; what `read` throws
   */
  async call<T>(
    call: GatewayCall,
    keys: AccessKeys,
    read: (response: HttpResponse) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const offsetMs = this.clock.offsetMs;
    try {
      return await read(await this.#send(call, keys, signal));
    } catch (error) {
      if (!hasCode(error, 'edas.clockSkewed') || this.clock.offsetMs === offsetMs) {
        throw error;
      }
      const { host } = new URL(call.endpoint);
      this.log.info(
        `${host}: the server's clock is ${this.clock.offsetMs} ms ahead; sending again`,
      );
      return read(await this.#send(call, keys, signal));
    }
  }

  async #send(call: GatewayCall, keys: AccessKeys, signal?: AbortSignal): Promise<HttpResponse> {
    const { method, endpoint, pathname, query = {}, limits } = call;
    const token = keys.securityToken;
    const headers = {
      // Without it the gateway sends XML.
      accept: 'application/json',
      'x-acs-action': call.action,
      'x-acs-version': call.version,
      'x-acs-date': new Date(this.clock.now()).toISOString().replace(/\.\d{3}Z$/, 'Z'),
      'x-acs-signature-nonce': randomUUID().replaceAll('-', ''),
      'x-acs-content-sha256': emptyPayloadHash,
      ...(token && {
        'x-acs-accesskey-id': keys.accessKeyId,
        'x-acs-security-token': token.reveal(),
      }),
    };
    // The host is signed here, but sent by the HTTP layer.
    const { host } = new URL(endpoint);
    const signed = { method, pathname, query, headers: { ...headers, host } };
    const authorization = signAcs3({ ...signed, payloadHash: emptyPayloadHash }, keys);
    const search = canonicalQuery(query);
    const response = await this.http.send({
      method,
      url: endpoint + pathname + (search === '' ? '' : `?${search}`),
      headers: { ...headers, authorization },
      ...limits,
      signal,
    });
    this.clock.sync(parseHttpDate(response.header('date')));
    return response;
  }
}
