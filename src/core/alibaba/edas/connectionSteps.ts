import type { CodedError, ErrorCode } from '../../errors/catalogue';
import { certificateProblem, type CertificateProblem } from '../../http/certificate';
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
  | 'answer'
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
  /** The server has an internal error, or refuses for a reason that only its message tells. */
  | 'server';

/** What a failed attempt to get a credential means. Host, clock offset and waiting time are facts of the error. */
export interface Diagnosis {
  readonly step: ConnectionStep;
  readonly error: CodedError;
  /** At the stage `encryption`. */
  readonly certificate?: CertificateProblem;
  /** At the stage `permission`. */
  readonly permission?: MissingPermission;
}

/** The codes with which an attempt can fail. */
type FailureCode = Extract<
  ErrorCode,
  `${'keys' | 'account' | 'endpoint' | 'region' | 'network' | 'answer' | 'edas' | 'sts'}.${string}`
>;

const stageOf: Readonly<Record<FailureCode, ConnectionStep>> = {
  'keys.environmentMissing': 'keys',
  'keys.fileNotFound': 'keys',
  'keys.fileUnreadable': 'keys',
  'keys.fileBroken': 'keys',
  'keys.profileMissing': 'keys',
  'keys.modeUnsupported': 'keys',
  'keys.loginNeeded': 'keys',
  'keys.incomplete': 'keys',
  'keys.malformed': 'keys',
  'keys.chainTooLong': 'keys',
  'account.signedOut': 'keys',
  'account.notSaved': 'keys',
  'account.keysGone': 'keys',
  'endpoint.invalid': 'endpoint',
  'endpoint.insecure': 'endpoint',
  'region.unknown': 'endpoint',
  'network.nameNotResolved': 'connection',
  'network.refused': 'connection',
  'network.reset': 'connection',
  'network.stalled': 'connection',
  'network.unreachable': 'connection',
  'network.blocked': 'connection',
  'network.noResources': 'connection',
  'network.proxyLogin': 'proxy',
  'network.proxyRefused': 'proxy',
  'network.tls': 'encryption',
  'answer.tooLarge': 'answer',
  'answer.notUnderstood': 'answer',
  'answer.redirected': 'answer',
  'answer.noLength': 'answer',
  'edas.clockSkewed': 'clock',
  'edas.unknownAccessKey': 'identity',
  'edas.accessKeyDisabled': 'identity',
  'edas.wrongSecret': 'identity',
  'edas.tokenExpired': 'identity',
  'edas.tokenInvalid': 'identity',
  'sts.roleNotFound': 'role',
  'sts.rejected': 'role',
  'edas.noPermission': 'permission',
  'sts.noPermission': 'permission',
  'edas.notOffered': 'region',
  'edas.throttled': 'pace',
  'edas.serverFault': 'server',
  'edas.rejected': 'server',
  'edas.credentialMalformed': 'server',
  'edas.credentialExpired': 'server',
  'edas.answerMalformed': 'server',
  'sts.answerMalformed': 'server',
};

function isFailureCode(code: ErrorCode): code is FailureCode {
  return Object.hasOwn(stageOf, code);
}

/** Finds the step at which an attempt failed, and why. */
export function diagnose(error: CodedError): Diagnosis {
  const { code, facts } = error;
  const permission = missingPermissionOf(error);
  return {
    step: isFailureCode(code) ? stageOf[code] : 'server',
    error,
    ...(code === 'network.tls' && { certificate: certificateProblem(facts.detail) }),
    ...(permission && { permission }),
  };
}
