import { clockOf, serverWords, waitOf, type Sentences } from './sentence';

/** OSS, and the transfer as a whole. */
export const ossSentences: Sentences<'oss' | 'transfer'> = {
  'oss.accessDenied': {
    say: (f, l10n) =>
      l10n.t(
        'OSS denied the access.{0} Fetch the credential again, then try again.',
        serverWords(f),
      ),
    next: 'fetchAgain',
  },
  'oss.tokenExpired': {
    say: (_f, l10n) =>
      l10n.t(
        'OSS no longer takes the credential, not even a new one. Check the clock of this computer, fetch again, then try again.',
      ),
    next: 'fetchAgain',
  },
  'oss.signatureRejected': {
    say: (_f, l10n) =>
      l10n.t(
        'OSS did not accept the signature. A proxy may have changed the request: try again without it, and give the request ID to support if that does not help.',
      ),
  },
  'oss.clockSkewed': {
    say: (f, l10n) => l10n.t('{0} Set the clock, then try again.', clockOf(f, l10n)),
  },
  'oss.objectExists': {
    say: (f, l10n) =>
      l10n.t(
        'An object with the key “{0}” stands already, and it was not overwritten. Upload again and choose what to do.',
        f.subject ?? '',
      ),
  },
  'oss.noSuchBucket': {
    say: (_f, l10n) =>
      l10n.t(
        'The bucket of the credential does not exist. Fetch the credential again; if it happens again, give the request ID to support.',
      ),
    next: 'fetchAgain',
  },
  'oss.noSuchKey': {
    say: (f, l10n) =>
      l10n.t(
        'There is no object with the key “{0}” any more. Refresh to see what stands.',
        f.subject ?? '',
      ),
  },
  'oss.noSuchUpload': {
    say: (_f, l10n) =>
      l10n.t(
        'OSS no longer holds the parts of this upload. Upload the file again from its beginning.',
      ),
  },
  'oss.entityTooLarge': {
    say: (_f, l10n) =>
      l10n.t('The file is larger than OSS takes. Make the package smaller, or split it.'),
  },
  'oss.bodyDamaged': {
    say: (_f, l10n) =>
      l10n.t('The bytes were damaged on their way to OSS, and nothing was stored. Upload again.'),
  },
  'oss.throttled': {
    say: (f, l10n) => l10n.t('OSS was asked too often. Try again {0}.', waitOf(f, l10n)),
  },
  'oss.serverFault': {
    say: (_f, l10n) =>
      l10n.t(
        'OSS itself has trouble at the moment. Try again later; if it lasts, give the request ID to support.',
      ),
  },
  'oss.rejected': {
    say: (f, l10n) =>
      l10n.t(
        'OSS refused the request.{0} If this is unexpected, give the request ID to support.',
        serverWords(f),
      ),
  },
  'transfer.crcMismatch': {
    say: (_f, l10n) =>
      l10n.t(
        'What OSS stored is not what was sent: the CRC-64 differs. Do not use the object; upload the file again.',
      ),
  },
  'transfer.sizeMismatch': {
    say: (_f, l10n) =>
      l10n.t(
        'What OSS stored is not what was sent: the size differs. Do not use the object; upload the file again.',
      ),
  },
  'transfer.credentialMoved': {
    say: (_f, l10n) =>
      l10n.t(
        'The new credential points to another bucket or package prefix, so the upload was ended. Upload the file again.',
      ),
  },
  'transfer.busy': {
    say: (_f, l10n) =>
      l10n.t(
        'This upload is under way already, here or in another window. Wait until it has ended there.',
      ),
  },
  'transfer.gone': {
    say: (_f, l10n) =>
      l10n.t('This upload is no longer there to be resumed. Upload the file again.'),
  },
};
