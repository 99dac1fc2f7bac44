import type { ServerClock } from '../../util/clock';
import { hasCode } from '../../errors/catalogue';
import type { EdasClient } from './client';
import type { AccessKeys, Credential } from './credential';
import { diagnose, type Diagnosis } from './connectionSteps';

export interface ConnectionInput {
  /** Gives the account's keys, for instance by `resolveKeys`. */
  readonly keys: (signal?: AbortSignal) => Promise<AccessKeys>;
  /** Origin of the EDAS API. */
  readonly endpoint: string;
}

/** What a test found: a credential, which may as well be used, or what is wrong. */
export type ConnectionReport = {
  /** Server's clock minus ours, ms; 0 when they agree or when no server has told. Corrected for, but worth telling. */
  readonly clockOffsetMs: number;
} & (
  | { readonly ok: true; readonly credential: Credential }
  | { readonly ok: false; readonly diagnosis: Diagnosis }
);

/**
 * Goes the whole way from an account's keys to its credential, once.
 * @throws what is not of the catalogue: a bug, or an `AbortError`
 */
export async function testConnection(
  edas: Pick<EdasClient, 'getPackageStorageCredential'>,
  clock: ServerClock,
  connection: ConnectionInput,
  signal?: AbortSignal,
): Promise<ConnectionReport> {
  try {
    const keys = await connection.keys(signal);
    const caller = { keys, endpoint: connection.endpoint };
    const credential = await edas.getPackageStorageCredential(caller, signal);
    return { ok: true, credential, clockOffsetMs: clock.offsetMs };
  } catch (error) {
    if (!hasCode(error)) {
      throw error;
    }
    return { ok: false, diagnosis: diagnose(error), clockOffsetMs: clock.offsetMs };
  }
}
