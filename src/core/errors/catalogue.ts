/**
 * The catalogue of everything that can go wrong, by code. The core throws codes and facts; the sentences that a
 * person reads are made from them in `common/messages/`, which must have one for each code.
 */
export type ErrorCode =
  // On the way to a server
  | 'network.nameNotResolved'
  | 'network.refused'
  | 'network.reset'
  | 'network.stalled'
  | 'network.unreachable'
  | 'network.blocked'
  | 'network.noResources'
  | 'network.tls'
  | 'network.proxyLogin'
  | 'network.proxyRefused'
  // Answers that no client could use
  | 'answer.tooLarge'
  | 'answer.notUnderstood'
  | 'answer.redirected'
  | 'answer.noLength'
  // Where a request may go
  | 'endpoint.invalid'
  | 'endpoint.insecure'
  | 'region.unknown'
  // EDAS, and the gateway before it
  | 'edas.unknownAccessKey'
  | 'edas.accessKeyDisabled'
  | 'edas.wrongSecret'
  | 'edas.tokenExpired'
  | 'edas.tokenInvalid'
  | 'edas.clockSkewed'
  | 'edas.noPermission'
  | 'edas.notOffered'
  | 'edas.throttled'
  | 'edas.serverFault'
  | 'edas.rejected'
  | 'edas.credentialMalformed'
  | 'edas.credentialExpired'
  | 'edas.answerMalformed'
  // OSS
  | 'oss.accessDenied'
  | 'oss.tokenExpired'
  | 'oss.signatureRejected'
  | 'oss.clockSkewed'
  | 'oss.objectExists'
  | 'oss.noSuchBucket'
  | 'oss.noSuchKey'
  | 'oss.archived'
  | 'oss.preconditionFailed'
  | 'oss.noSuchUpload'
  | 'oss.entityTooLarge'
  | 'oss.bodyDamaged'
  | 'oss.throttled'
  | 'oss.serverFault'
  | 'oss.rejected'
  // The file that is uploaded
  | 'source.notFound'
  | 'source.notAFile'
  | 'source.notReadable'
  | 'source.inUse'
  | 'source.changed'
  | 'source.tooLarge'
  | 'source.notOnDisk'
  | 'source.noMatch'
  // What is packed into one package
  | 'source.empty'
  | 'source.badName'
  | 'source.nameClash'
  // The disk that takes a download, or what is packed
  | 'disk.full'
  | 'disk.notWritable'
  | 'disk.inUse'
  | 'disk.notHere'
  | 'disk.fileExists'
  // The object that is downloaded
  | 'object.changed'
  | 'object.damaged'
  // The folder that is deleted
  | 'object.folderNotEmpty'
  // The object key that it gets
  | 'key.empty'
  | 'key.tooLong'
  | 'key.badStart'
  | 'key.controlCharacter'
  | 'key.outsidePrefix'
  | 'key.badFolder'
  | 'key.noUrl'
  | 'key.unknownVariable'
  | 'key.noGit'
  | 'key.sameForTwo'
  // What is copied to the clipboard
  | 'copy.unprintable'
  // What is deployed, and where to
  | 'deploy.notAPackage'
  | 'deploy.notVerified'
  | 'deploy.packageChanged'
  | 'deploy.applicationNotFound'
  | 'deploy.ambiguousName'
  | 'deploy.unsupportedCluster'
  | 'deploy.imageApplication'
  | 'deploy.wrongKind'
  | 'deploy.otherRegion'
  | 'deploy.unknownRuntime'
  | 'deploy.groupNotFound'
  | 'deploy.badRelease'
  | 'deploy.badVersion'
  | 'deploy.versionUsed'
  // A deployment that cannot start, or of which that is not known
  | 'deploy.inProgress'
  | 'deploy.uncertain'
  // How a deployment ended
  | 'deploy.failed'
  | 'deploy.systemFault'
  | 'deploy.aborted'
  | 'deploy.partial'
  // It is not followed any more, but goes on
  | 'deploy.timedOut'
  | 'deploy.notFollowed'
  // What can be done with it
  | 'deploy.nothingToConfirm'
  | 'deploy.noEarlierVersion'
  | 'deploy.notRunning'
  // A transfer as a whole
  | 'transfer.crcMismatch'
  | 'transfer.sizeMismatch'
  | 'transfer.locationChanged'
  | 'transfer.busy'
  | 'transfer.gone'
  // Who asks
  | 'account.signedOut'
  | 'account.notSaved'
  | 'account.keysGone'
  | 'workspace.notTrusted'
  | 'api.denied'
  // What an agent wants of its tools
  | 'agent.badInput'
  | 'agent.notConfirmed'
  // The shell that is given the credential
  | 'shell.unknown'
  | 'shell.unsafeValue'
  | 'shell.notReady'
  // Where keys come from: the environment, the CLI's and the SDKs' files
  | 'keys.environmentMissing'
  | 'keys.fileNotFound'
  | 'keys.fileUnreadable'
  | 'keys.fileBroken'
  | 'keys.profileMissing'
  | 'keys.modeUnsupported'
  | 'keys.incomplete'
  | 'keys.loginNeeded'
  | 'keys.malformed'
  | 'keys.chainTooLong'
  // STS, which lends a role's keys; what its gateway says of the caller's keys has the edas.* codes
  | 'sts.noPermission'
  | 'sts.roleNotFound'
  | 'sts.rejected'
  | 'sts.answerMalformed';

/** What is known about a failure beside its code. All of it may be shown: nothing here is secret. */
export interface ErrorFacts {
  /** Host that was asked, without scheme. */
  readonly host?: string;
  /** Set when a connection failed to an endpoint that only computers inside Alibaba Cloud reach. */
  readonly privateEndpoint?: 'vpc' | 'internal';
  readonly httpStatus?: number;
  /** The server's own code, for instance `InvalidAccessKeyId.NotFound`. */
  readonly serverCode?: string;
  /** The server's own sentence, redacted. */
  readonly serverMessage?: string;
  readonly requestId?: string;
  /** OSS's fine-grained code, for instance `0003-00000001`. */
  readonly ec?: string;
  /** https page of the provider about this failure. */
  readonly recommendUrl?: string;
  /** How long the server asks us to wait, ms. */
  readonly retryAfterMs?: number;
  /** Server's clock minus ours, ms. */
  readonly clockOffsetMs?: number;
  /** Name of the field, setting, file or object key that is wrong. */
  readonly subject?: string;
  /** What is wrong with the subject, or which limit it broke, as data for the sentence. */
  readonly detail?: string;
  /** A limit or a size, bytes. */
  readonly bytes?: number;
  /** EDAS's id of the deployment. */
  readonly changeOrderId?: string;
  /** Where in a deployment it happened, as EDAS names it: batch, stage and task. */
  readonly stage?: string;
  /** The instance or pod that it happened on, as EDAS names it. */
  readonly instance?: string;
  /** RAM action that the server says is not allowed, for instance `edas:GetPackageStorageCredential`. */
  readonly ramAction?: string;
  /** Path of the local file that is meant. */
  readonly file?: string;
  /** Place in that file, both from 1. */
  readonly line?: number;
  readonly column?: number;
}

/** An expected failure: has a code of the catalogue and reads as a sentence. Anything else that is thrown is a bug. */
export class CodedError extends Error {
  override readonly name = 'CodedError';

  constructor(
    readonly code: ErrorCode,
    readonly facts: ErrorFacts = {},
    options?: { cause?: unknown },
  ) {
    super(describe(code, facts), options);
  }
}

export function hasCode(error: unknown, ...codes: readonly ErrorCode[]): error is CodedError {
  return error instanceof CodedError && (codes.length === 0 || codes.includes(error.code));
}

/** True for what an aborted `AbortSignal` makes its waiters throw. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** The line for a log: code and facts, no sentence. */
function describe(code: ErrorCode, facts: ErrorFacts): string {
  const shown = Object.entries(facts)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${String(value)}`);
  return shown.length === 0 ? code : `${code} (${shown.join(', ')})`;
}
