import type { ServerClock } from '../../util/clock';
import type { HttpResponse, HttpClient } from '../../http/types';
import type { Log } from '../../util/log';
import type { AccessKeys, Credential } from './credential';
import { parseCredentialResponse } from './credentialResponse';
import { Gateway } from '../gateway';
import { gatewayError, parseJson } from '../gatewayErrors';

/** Keys and endpoint of a request. */
export interface EdasRequest {
  readonly keys: AccessKeys;
  /** Origin of the EDAS API, as from `parseEndpoint`. */
  readonly endpoint: string;
}

/** The one operation of the EDAS API that is needed. Source: EDAS 2017-08-01, "GetPackageStorageCredential". */
export class EdasClient {
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
   * When EDAS rejects the time of the request, the clock is corrected by the response and the request is sent once more.
   *
   * @throws CodedError `edas.*`, `answer.*`, `network.*`
   * @throws an `AbortError`
   */
  getPackageStorageCredential(caller: EdasRequest, signal?: AbortSignal): Promise<Credential> {
    return this.#gateway.call(
      {
        method: 'GET',
        endpoint: caller.endpoint,
        pathname: '/pop/v5/package_storage_credential',
        action: 'GetPackageStorageCredential',
        version: '2017-08-01',
      },
      caller.keys,
      (response) => this.#read(response, caller),
      signal,
    );
  }

  async #read(response: HttpResponse, { keys, endpoint }: EdasRequest): Promise<Credential> {
    const { host } = new URL(endpoint);
    const body = response.status === 200 ? parseJson(response.body.toString('utf8')) : undefined;
    if (!succeeded(body)) {
      const error = await gatewayError(response, { host, keys, clock: this.clock });
      this.log.warn(`EDAS GetPackageStorageCredential: ${error.message}`);
      throw error;
    }
    const facts = { host, httpStatus: response.status };
    const credential = parseCredentialResponse(body, this.clock.now(), facts);
    this.log.info(`EDAS GetPackageStorageCredential: 200, RequestId ${credential.requestId}`);
    return credential;
  }
}

function succeeded(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || !('Code' in body)) {
    return false;
  }
  return body.Code === 200 || body.Code === '200';
}
