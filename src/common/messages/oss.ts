import { l10n } from 'vscode';
import { clockOf, serverWords, waitOf, type Sentences } from './errorMessage';

/** OSS, and the transfer as a whole. */
export const ossSentences: Sentences<'oss' | 'transfer'> = {
  'oss.accessDenied': (f) =>
    l10n.t('OSS denied access.{0} Fetch the credential again, then retry.', serverWords(f)),
  'oss.tokenExpired': () =>
    l10n.t(
      'OSS rejects the credential, even a new one. Check the clock of this computer, fetch again, then retry.',
    ),
  'oss.signatureRejected': () =>
    l10n.t(
      'OSS did not accept the signature. A proxy may have changed the request: try again without it. If that does not help, send the request ID to support.',
    ),
  'oss.clockSkewed': (f) => l10n.t('{0} Set the clock, then try again.', clockOf(f)),
  'oss.objectExists': ({ subject }) =>
    l10n.t(
      'An object with the key “{0}” already exists and was not overwritten. Upload again and choose what to do.',
      subject,
    ),
  'oss.noSuchBucket': () =>
    l10n.t(
      'The credential’s bucket does not exist. Fetch the credential again. If that does not help, send the request ID to support.',
    ),
  'oss.noSuchKey': ({ subject }) =>
    l10n.t('The object “{0}” no longer exists. Refresh to see what is there.', subject),
  'oss.archived': ({ subject }) =>
    l10n.t(
      'The object “{0}” is archived. Restore it first, for example in the OSS console, then try again.',
      subject,
    ),
  'oss.preconditionFailed': ({ subject }) =>
    l10n.t(
      'The object “{0}” was replaced by another one meanwhile. Refresh, then try again.',
      subject,
    ),
  'oss.noSuchUpload': () =>
    l10n.t('OSS no longer has the parts of this upload. Upload the file again.'),
  'oss.entityTooLarge': () =>
    l10n.t('The file is larger than OSS accepts. Make the package smaller, or split it.'),
  'oss.bodyDamaged': () =>
    l10n.t('The data was damaged on its way to OSS, and nothing was stored. Upload it again.'),
  'oss.throttled': (f) => l10n.t('OSS received too many requests. Try again {0}.', waitOf(f)),
  'oss.serverFault': () =>
    l10n.t(
      'OSS is having problems. Try again later. If they persist, send the request ID to support.',
    ),
  'oss.rejected': (f) =>
    l10n.t(
      'OSS refused the request.{0} If you did not expect this, send the request ID to support.',
      serverWords(f),
    ),
  'transfer.crcMismatch': () =>
    l10n.t(
      'What OSS stored is not what was sent: the CRC-64 differs. Do not use the object; upload the file again.',
    ),
  'transfer.sizeMismatch': () =>
    l10n.t(
      'What OSS stored is not what was sent: the size differs. Do not use the object; upload the file again.',
    ),
  'transfer.locationChanged': () =>
    l10n.t(
      'The credential points to another bucket or package prefix than the one that this began with. Switch back to that account and region, or start again.',
    ),
  'transfer.busy': () =>
    l10n.t(
      'This upload is already running, here or in another window. Wait until it has finished.',
    ),
  'transfer.gone': () => l10n.t('This upload can no longer be resumed. Upload the file again.'),
};
