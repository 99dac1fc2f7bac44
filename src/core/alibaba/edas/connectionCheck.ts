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

/** The result of a test: a credential, which can be used, or what is wrong. */
export type ConnectionReport = {
  /** Server's clock minus ours, ms; 0 when they agree or no server has responded. Requests are corrected for it, but the person should know. */
  readonly clockOffsetMs: number;
} & (
  | { readonly ok: true; readonly credential: Credential }
  | { readonly ok: false; readonly diagnosis: Diagnosis }
);

/**
 * Gets the credential for an account's keys once, through all the steps that a normal fetch takes.
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
