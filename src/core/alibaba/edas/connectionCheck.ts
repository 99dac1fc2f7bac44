import { hasCode, type CodedError, type ErrorCode } from '../../errors/catalogue';
import type { ServerClock } from '../../util/clock';
import type { AccessKeys, Credential } from './credential';
import type { EdasApi } from './edasApi';
import { missingPermissionOf, type MissingPermission } from './missingPermission';

/** The step from an account to its credential at which something is wrong, in the order of the steps. */
export type ConnectionStep =
  /** The keys cannot be read from their source, or there are none. */
  | 'keys'
  /** The endpoint, or the region that has none. */
  | 'endpoint'
  /** The host name is not found, nothing listens there, or the connection breaks. */
  | 'connection'
  | 'proxy'
  /** TLS and the certificate. */
  | 'encryption'
  /** The response does not come from Alibaba Cloud but, for instance, from the login page of a network. */
  | 'response'
  | 'clock'
  /** AccessKey ID, secret or token. */
  | 'identity'
  /** A role that is to be assumed. */
  | 'role'
  | 'permission'
  /** EDAS is not offered there. */
  | 'region'
  /** Too many requests: wait for `facts.retryAfterMs`. */
  | 'pace'
  /** The server has an internal error, or refuses for a reason that only its message names. */
  | 'server';

/** What a failed attempt to get a credential means. Host, clock offset and waiting time are facts of the error. */
export interface Diagnosis {
  readonly step: ConnectionStep;
  readonly error: CodedError;
  /** At the step `permission`. */
  readonly permission?: MissingPermission;
}

/** The step of the codes of a family, unless `stepOfCode` has another one. */
const stepOfFamily: Readonly<Record<string, ConnectionStep>> = {
  keys: 'keys',
  account: 'keys',
  endpoint: 'endpoint',
  region: 'endpoint',
  network: 'connection',
  response: 'response',
  edas: 'server',
  sts: 'role',
};

const stepOfCode: Readonly<Partial<Record<ErrorCode, ConnectionStep>>> = {
  'network.proxyLogin': 'proxy',
  'network.proxyRefused': 'proxy',
  'network.tls': 'encryption',
  'edas.clockSkewed': 'clock',
  'edas.unknownAccessKey': 'identity',
  'edas.accessKeyDisabled': 'identity',
  'edas.wrongSecret': 'identity',
  'edas.tokenExpired': 'identity',
  'edas.tokenInvalid': 'identity',
  'edas.noPermission': 'permission',
  'edas.notOffered': 'region',
  'edas.throttled': 'pace',
  'sts.noPermission': 'permission',
  'sts.responseMalformed': 'server',
};

/** The result of a test: a credential, which can be used, or what is wrong. */
export type ConnectionReport = {
  /**
   * Server's clock minus ours, ms; 0 when they agree or no server has responded. Requests are corrected for it, but the
   * person should know.
   */
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
  edas: Pick<EdasApi, 'getPackageStorageCredential'>,
  clock: ServerClock,
  account: {
    /** Gives the keys, for instance by `resolveKeys`. */
    readonly keys: (signal?: AbortSignal) => Promise<AccessKeys>;
    /** Origin of the EDAS API. */
    readonly endpoint: string;
  },
  signal?: AbortSignal,
): Promise<ConnectionReport> {
  try {
    const caller = { keys: await account.keys(signal), endpoint: account.endpoint };
    const credential = await edas.getPackageStorageCredential(caller, signal);
    return { ok: true, credential, clockOffsetMs: clock.offsetMs };
  } catch (error) {
    if (!hasCode(error)) {
      throw error;
    }
    return { ok: false, diagnosis: diagnose(error), clockOffsetMs: clock.offsetMs };
  }
}

function diagnose(error: CodedError): Diagnosis {
  const [family = ''] = error.code.split('.');
  const step = stepOfCode[error.code] ?? stepOfFamily[family] ?? 'server';
  return { step, error, permission: missingPermissionOf(error) };
}
