import type { ServerClock } from '../clock';
import type { HttpClient } from '../http/http';
import type { Log } from '../log';
import type { AccessKeys, Credential } from './credential';

/** Who asks EDAS, and where. */
export interface EdasCaller {
  readonly keys: AccessKeys;
  /** Origin of the EDAS API, as from `parseEndpoint`. */
  readonly endpoint: string;
}

export class EdasClient {
  constructor(
    readonly http: HttpClient,
    readonly clock: ServerClock,
    readonly log: Log,
  ) {}

  getPackageStorageCredential(caller: EdasCaller, signal?: AbortSignal): Promise<Credential> {
    return Promise.reject(new Error(`in work ${caller.endpoint}${String(signal)}`));
  }
}
