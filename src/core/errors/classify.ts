import { hasCode, type CodedError, type ErrorCode } from './catalogue';

/**
 * What to do about a failure: `retry` soon; `waitForNetwork` until the server can be reached at all; `fail`, because the
 * next attempt would end the same way.
 */
export type RetryClass = 'fail' | 'retry' | 'waitForNetwork';

/**
 * What a failure concerns: only the one `item` that was worked on; `all` items, because account, network or bucket are
 * the reason; or either (`unclear`), which only the next items show.
 */
export type ErrorScope = 'all' | 'item' | 'unclear';

/** Everything that the program decides by an error's code. The sentences for people are in `common/messages/`. */
interface ErrorClass {
  readonly scope: ErrorScope;
  /** Default: `fail`. */
  readonly retry?: RetryClass;
  /** Attempts of one request, the first included; fewer than usual, because another attempt seldom cures it. */
  readonly maxAttempts?: number;
  /** The server may have done what was requested. */
  readonly isAmbiguous?: true;
  /** A multipart upload that failed with it cannot be resumed. */
  readonly endsMultipart?: true;
}

const item: ErrorClass = { scope: 'item' };
const all: ErrorClass = { scope: 'all' };

const classes: Readonly<Record<ErrorCode, ErrorClass>> = {
  'network.nameNotResolved': { scope: 'all', retry: 'waitForNetwork' },
  'network.refused': { scope: 'all', retry: 'waitForNetwork' },
  'network.unreachable': { scope: 'all', retry: 'waitForNetwork', isAmbiguous: true },
  'network.blocked': { scope: 'all', retry: 'waitForNetwork', isAmbiguous: true },
  'network.noResources': { scope: 'all', retry: 'waitForNetwork', isAmbiguous: true },
  'network.reset': { scope: 'unclear', retry: 'retry', isAmbiguous: true },
  'network.stalled': { scope: 'unclear', retry: 'retry', isAmbiguous: true },
  'network.tls': all,
  'network.proxyLogin': all,
  // See `retryClass` and `isAmbiguous`: the proxy's status decides.
  'network.proxyRefused': all,

  'answer.tooLarge': { scope: 'unclear', isAmbiguous: true },
  // See `retryClass`: a refusal that is not in OSS's format will not change.
  'answer.notUnderstood': { scope: 'unclear', retry: 'retry', isAmbiguous: true },
  'answer.redirected': all,
  // A proxy may do this to one object and leave another alone, for instance by its type.
  'answer.noLength': { scope: 'unclear' },

  'endpoint.invalid': all,
  'endpoint.insecure': all,
  'region.unknown': all,

  'edas.unknownAccessKey': all,
  'edas.accessKeyDisabled': all,
  'edas.wrongSecret': all,
  'edas.tokenExpired': all,
  'edas.tokenInvalid': all,
  'edas.clockSkewed': all,
  'edas.noPermission': all,
  'edas.notOffered': all,
  // The credential is renewed in the middle of a transfer.
  'edas.throttled': { scope: 'all', retry: 'retry' },
  'edas.serverFault': { scope: 'all', retry: 'retry' },
  'edas.rejected': all,
  'edas.credentialMalformed': all,
  'edas.credentialExpired': all,
  'edas.answerMalformed': { scope: 'all', isAmbiguous: true },

  'oss.accessDenied': item,
  // The session renewed the credential and tried once more; that one may have been short-lived, too.
  'oss.tokenExpired': { scope: 'all', retry: 'retry', maxAttempts: 3 },
  'oss.signatureRejected': { scope: 'unclear' },
  // The client set the clock and tried once more; a computer that just woke up may need it twice.
  'oss.clockSkewed': { scope: 'all', retry: 'retry', maxAttempts: 2 },
  'oss.objectExists': item,
  'oss.noSuchBucket': all,
  'oss.noSuchKey': item,
  'oss.archived': item,
  'oss.preconditionFailed': item,
  'oss.noSuchUpload': { scope: 'item', endsMultipart: true },
  'oss.entityTooLarge': item,
  'oss.bodyDamaged': { scope: 'unclear', retry: 'retry' },
  'oss.throttled': { scope: 'all', retry: 'retry' },
  'oss.serverFault': { scope: 'unclear', retry: 'retry', isAmbiguous: true },
  'oss.rejected': item,

  'source.notFound': item,
  'source.notAFile': item,
  'source.notReadable': item,
  'source.inUse': item,
  'source.changed': { scope: 'item', endsMultipart: true },
  'source.tooLarge': item,
  'source.notOnDisk': item,
  'source.noMatch': item,
  'source.empty': item,
  'source.badName': item,
  'source.nameClash': item,

  // See `errorScope`: an object that is too large for the disk says nothing about smaller ones.
  'disk.full': all,
  'disk.notWritable': item,
  'disk.inUse': item,
  'disk.notHere': all,
  'disk.fileExists': item,

  'object.changed': item,
  'object.damaged': item,
  'object.folderNotEmpty': item,

  'key.empty': item,
  'key.tooLong': item,
  'key.badStart': item,
  'key.controlCharacter': item,
  'key.outsidePrefix': item,
  'key.badFolder': all,
  'key.noUrl': item,
  'key.unknownVariable': item,
  'key.noGit': item,
  'key.sameForTwo': item,

  'copy.unprintable': item,

  'deploy.notAPackage': item,
  'deploy.notVerified': item,
  'deploy.packageChanged': item,
  'deploy.applicationNotFound': item,
  'deploy.ambiguousName': item,
  'deploy.unsupportedCluster': item,
  'deploy.imageApplication': item,
  'deploy.wrongKind': item,
  'deploy.otherRegion': item,
  'deploy.unknownRuntime': item,
  'deploy.groupNotFound': item,
  'deploy.badRelease': item,
  'deploy.badVersion': item,
  'deploy.versionUsed': item,
  'deploy.inProgress': item,
  'deploy.uncertain': item,
  'deploy.failed': item,
  'deploy.systemFault': item,
  'deploy.aborted': item,
  'deploy.partial': item,
  'deploy.timedOut': item,
  'deploy.notFollowed': item,
  'deploy.nothingToConfirm': item,
  'deploy.noEarlierVersion': item,
  'deploy.notRunning': item,

  'transfer.crcMismatch': { scope: 'item', retry: 'retry', maxAttempts: 3, endsMultipart: true },
  'transfer.sizeMismatch': { scope: 'item', endsMultipart: true },
  'transfer.locationChanged': all,
  'transfer.busy': item,
  'transfer.gone': item,

  'account.signedOut': all,
  'account.notSaved': all,
  'account.keysGone': all,
  'workspace.notTrusted': all,
  'api.denied': all,

  'agent.badInput': item,
  'agent.notConfirmed': item,

  'shell.unknown': all,
  'shell.unsafeValue': all,
  'shell.notReady': all,

  'keys.environmentMissing': all,
  'keys.fileNotFound': all,
  'keys.fileUnreadable': all,
  'keys.fileBroken': all,
  'keys.profileMissing': all,
  'keys.modeUnsupported': all,
  'keys.loginNeeded': all,
  'keys.incomplete': all,
  'keys.malformed': all,
  'keys.chainTooLong': all,

  'sts.noPermission': all,
  'sts.roleNotFound': all,
  'sts.rejected': all,
  'sts.answerMalformed': all,
};

export function retryClass(error: unknown): RetryClass {
  if (!hasCode(error)) {
    return 'fail';
  }
  if (error.code === 'network.proxyRefused') {
    if (error.facts.httpStatus === undefined) {
      return 'waitForNetwork';
    }
    return isRefusal(error) ? 'fail' : 'retry';
  }
  if (error.code === 'answer.notUnderstood' && isRefusal(error)) {
    return 'fail';
  }
  return classes[error.code].retry ?? 'fail';
}

/** How often one request is attempted at most when it fails with this; undefined: as often as any other. */
export function maxAttemptsOf({ code }: CodedError): number | undefined {
  return classes[code].maxAttempts;
}

/** True when it cannot be told from the failure whether the server did what was requested. */
export function isAmbiguous(error: unknown): boolean {
  if (!hasCode(error)) {
    return false;
  }
  if (error.code === 'network.proxyRefused') {
    // A proxy may have passed the request on before it gave up.
    return (error.facts.httpStatus ?? 0) >= 500;
  }
  return classes[error.code].isAmbiguous === true;
}

/** OSS's codes for parts that are not those that the server holds. */
const refusedParts: readonly (string | undefined)[] = [
  'InvalidPart',
  'InvalidPartOrder',
  'EntityTooSmall',
];

/** True when OSS refused to complete an upload because of its parts. */
export function isRefusedPart({ code, facts }: CodedError): boolean {
  return code === 'oss.rejected' && refusedParts.includes(facts.serverCode);
}

/** True when a multipart upload that failed with this cannot be resumed. */
export function endsMultipart(error: unknown): boolean {
  return hasCode(error) && (classes[error.code].endsMultipart === true || isRefusedPart(error));
}

/**
 * True when the bytes of a part that could not be copied may still be sent: the failure is about the object that was
 * copied from (archived, replaced, gone, not readable) or about the copy alone.
 */
export function maySendInstead(error: CodedError): boolean {
  return (
    error.code === 'transfer.sizeMismatch' || (errorScope(error) !== 'all' && !endsMultipart(error))
  );
}

/** OSS's codes that concern the account or the bucket although they have no code of ours. */
const ossForAll = /^(?:UserDisable|InvalidAccessKeyId|InvalidBucketName|.*(?:Payer|Forbidden))$/;

export function errorScope(error: unknown): ErrorScope {
  if (!hasCode(error)) {
    return 'unclear';
  }
  const { code, facts } = error;
  if (code === 'oss.rejected' && ossForAll.test(facts.serverCode ?? '')) {
    return 'all';
  }
  if (code === 'disk.full' && facts.bytes !== undefined) {
    return 'item';
  }
  return classes[code].scope;
}

/** After so many unclear failures with no success between them, the reason is taken to concern all items. */
const maxUnclear = 3;

/** Decides when a batch has no point any more because of what its items failed with. */
export class BatchStop {
  #unclear = 0;
  #isStopped = false;

  get isStopped(): boolean {
    return this.#isStopped;
  }

  succeeded(): void {
    this.#unclear = 0;
  }

  failed(error: unknown): void {
    const scope = errorScope(error);
    this.#unclear += scope === 'unclear' ? 1 : 0;
    this.#isStopped ||= scope === 'all' || this.#unclear >= maxUnclear;
  }
}

function isRefusal({ facts: { httpStatus = 0 } }: CodedError): boolean {
  return httpStatus >= 400 && httpStatus < 500;
}
