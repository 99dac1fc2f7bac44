import type { ServerClock } from '../../util/clock';
import type { HttpClient } from '../../http/types';
import type { Log } from '../../util/log';
import type { Credential } from './credential';
import { parseCredentialResponse } from './credentialResponse';
import { EdasApi, type EdasRequest } from './edasApi';

export type { EdasRequest } from './edasApi';

/** Gets credentials from EDAS. Source: EDAS 2017-08-01, "GetPackageStorageCredential". */
export class EdasClient {
  readonly #api: EdasApi;

  constructor(
    http: HttpClient,
    private readonly clock: ServerClock,
    log: Log,
  ) {
    this.#api = new EdasApi(http, clock, log);
  }

  /**
   * Gets the credential for the account's package prefix in OSS.
   * When EDAS rejects the time of the request, the clock is corrected by the response and the request is sent once more.
   *
   * @throws CodedError `edas.*`, `answer.*`, `network.*`
   * @throws an `AbortError`
   */
  getPackageStorageCredential(caller: EdasRequest, signal?: AbortSignal): Promise<Credential> {
    return this.#api.call(
      caller,
      {
        method: 'GET',
        pathname: '/pop/v5/package_storage_credential',
        action: 'GetPackageStorageCredential',
      },
      (body, { host, httpStatus }) =>
        parseCredentialResponse(body, this.clock.now(), { host, httpStatus }),
      signal,
    );
  }
}
