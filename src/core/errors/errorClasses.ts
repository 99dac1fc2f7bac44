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

/** What the program decides by an error's code. */
export interface ErrorClass {
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

/**
 * Everything that can go wrong, by code, and what the program does about it. The core throws codes and facts; the sentences
 * for people are in `common/messages/`, which must have one for each code.
 */
export const errorClasses = {
  // The network between this computer and a server.
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

  // Responses that no client could use.
  'response.tooLarge': { scope: 'unclear', isAmbiguous: true },
  // See `retryClass`: a refusal that is not in OSS's format will not change.
  'response.notUnderstood': { scope: 'unclear', retry: 'retry', isAmbiguous: true },
  'response.redirected': all,
  // A proxy may do this to one object and leave another alone, for instance by its type.
  'response.noLength': { scope: 'unclear' },

  // Where a request may go.
  'endpoint.invalid': all,
  'endpoint.insecure': all,
  'region.unknown': all,

  // EDAS and the API gateway in front of it.
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
  'edas.serverFault': { scope: 'all', retry: 'retry', isAmbiguous: true },
  'edas.rejected': all,
  'edas.credentialMalformed': all,
  'edas.credentialExpired': all,
  'edas.responseMalformed': { scope: 'all', isAmbiguous: true },

  // OSS.
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

  // The file to upload.
  'source.notFound': item,
  'source.notAFile': item,
  'source.notReadable': item,
  'source.inUse': item,
  'source.changed': { scope: 'item', endsMultipart: true },
  'source.tooLarge': item,
  'source.notOnDisk': item,
  'source.noMatch': item,
  'source.noFolder': item,
  // The files to pack into a ZIP.
  'source.empty': item,
  'source.badName': item,
  'source.nameClash': item,

  // The disk that a download or a ZIP is written to.
  // See `errorScope`: an object that is too large for the disk says nothing about smaller ones.
  'disk.full': all,
  'disk.notWritable': item,
  'disk.inUse': item,
  'disk.notHere': all,
  'disk.fileExists': item,

  // The object to download.
  'object.changed': item,
  'object.damaged': item,
  // The folder to delete.
  'object.folderNotEmpty': item,

  // The object key of an upload.
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

  // The text to copy to the clipboard.
  'copy.unprintable': item,

  // The package to deploy, and the application.
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
  // A deployment that cannot start, or may not have started.
  'deploy.inProgress': item,
  'deploy.uncertain': item,
  // How a deployment ended.
  'deploy.failed': item,
  'deploy.systemFault': item,
  'deploy.aborted': item,
  'deploy.partial': item,
  // The deployment is no longer followed, but continues.
  'deploy.timedOut': item,
  'deploy.notFollowed': item,
  // What cannot be done with a deployment.
  'deploy.nothingToConfirm': item,
  'deploy.noEarlierVersion': item,
  'deploy.notRunning': item,
  'deploy.gone': item,

  // A transfer as a whole.
  'transfer.crcMismatch': { scope: 'item', retry: 'retry', maxAttempts: 3, endsMultipart: true },
  'transfer.sizeMismatch': { scope: 'item', endsMultipart: true },
  'transfer.locationChanged': all,
  'transfer.busy': item,
  'transfer.gone': item,

  // The account, the workspace or the extension that makes the request.
  'account.signedOut': all,
  'account.notSaved': all,
  'account.keysGone': all,
  'workspace.notTrusted': all,
  'api.denied': all,

  // What an agent requests of its tools.
  'agent.badInput': item,
  'agent.notConfirmed': item,

  // The shell that is given the credential.
  'shell.unknown': all,
  'shell.unsafeValue': all,
  'shell.notReady': all,

  // Sources of AccessKeys: the environment, the files of the CLI and of the SDKs.
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

  // STS, which gives temporary keys of a role. Errors about the caller's own keys have edas.* codes.
  'sts.noPermission': all,
  'sts.roleNotFound': all,
  'sts.rejected': all,
  'sts.responseMalformed': all,
} satisfies Readonly<Record<string, ErrorClass>>;

export type ErrorCode = keyof typeof errorClasses;
