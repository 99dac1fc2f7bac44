import type { CodedError, ErrorCode } from '../../errors/catalogue';
import { certificateProblem, type CertificateProblem } from '../../http/certificate';
import { missingPermissionOf, type MissingPermission } from './missingPermission';

/** Where on the way from an account to its credential something is wrong, in the order of the way. */
export type ConnectionStep =
  /** The keys cannot be read where they stand, or there are none. */
  | 'keys'
  /** The endpoint, or the region that should lead to one. */
  | 'endpoint'
  /** The name is not found, nobody listens, or the line breaks. */
  | 'connection'
  | 'proxy'
  /** TLS and the certificate. */
  | 'encryption'
  /** Somebody answers who is not Alibaba Cloud, for instance the login page of a network. */
  | 'answer'
  | 'clock'
  /** AccessKey ID, secret or token. */
  | 'identity'
  /** A role that is to be assumed. */
  | 'role'
  | 'permission'
  /** EDAS is not offered there. */
  | 'region'
  /** Asked too often: wait for `facts.retryAfterMs`. */
  | 'pace'
  /** The server has trouble of its own, or refuses for a reason that only its words tell. */
  | 'server';

/** What a failed attempt to get a credential says. Facts such as host, clock offset and wait are the error's. */
export interface Diagnosis {
  readonly stage: ConnectionStep;
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
  'keys.incomplete': 'keys',
  'keys.malformed': 'keys',
  'keys.chainTooLong': 'keys',
  'account.signedOut': 'keys',
  'account.notKept': 'keys',
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
  'sts.answerMalformed': 'server',
};

function isFailureCode(code: ErrorCode): code is FailureCode {
  return Object.hasOwn(stageOf, code);
}

/** Says where and how an attempt failed. */
export function diagnose(error: CodedError): Diagnosis {
  const { code, facts } = error;
  const permission = missingPermissionOf(error);
  return {
    stage: isFailureCode(code) ? stageOf[code] : 'server',
    error,
    ...(code === 'network.tls' && { certificate: certificateProblem(facts.detail) }),
    ...(permission && { permission }),
  };
}
