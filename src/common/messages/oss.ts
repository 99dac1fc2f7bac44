import { l10n } from 'vscode';
import { clockOf, serverWords, waitOf, type Sentences } from './errorMessage';

/** OSS and transfers. */
export const ossSentences: Sentences<'oss' | 'transfer'> = {
  'oss.accessDenied': (f) =>
    l10n.t('OSS denied access.{0} Fetch the credential again, then try again.', serverWords(f)),
  'oss.tokenExpired': () =>
    l10n.t(
      'OSS rejected the credential even after it was renewed. Check this computer’s clock, fetch the credential again, then try again.',
    ),
  'oss.signatureRejected': () =>
    l10n.t(
      'OSS did not accept the signature. A proxy may have changed the request: try again without it. If that does not help, contact support with the request ID.',
    ),
  'oss.clockSkewed': (f) => l10n.t('{0} Set the clock, then try again.', clockOf(f)),
  'oss.objectExists': ({ subject }) =>
    l10n.t(
      'An object with the key “{0}” already exists and was not overwritten. Upload again and choose what to do.',
      subject,
    ),
  'oss.noSuchBucket': () =>
    l10n.t(
      'The credential’s bucket does not exist. Fetch the credential again. If that does not help, contact support with the request ID.',
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
    l10n.t('The data was corrupted in transit, and nothing was stored. Upload the file again.'),
  'oss.throttled': (f) => l10n.t('OSS is receiving too many requests. Try again {0}.', waitOf(f)),
  'oss.serverFault': () =>
    l10n.t(
      'OSS is having problems. Try again later. If they persist, contact support with the request ID.',
    ),
  'oss.rejected': (f) =>
    l10n.t(
      'OSS rejected the request.{0} If this is unexpected, contact support with the request ID.',
      serverWords(f),
    ),
  'transfer.crcMismatch': () =>
    l10n.t(
      'The object in OSS does not match the uploaded data (CRC-64 mismatch). Do not use the object. Upload the file again.',
    ),
  'transfer.sizeMismatch': () =>
    l10n.t(
      'The object in OSS does not match the uploaded data (size mismatch). Do not use the object. Upload the file again.',
    ),
  'transfer.locationChanged': () =>
    l10n.t(
      'The credential now points to a different bucket or package prefix than before. Switch back to that account and region, or start again.',
    ),
  'transfer.busy': () =>
    l10n.t(
      'This upload is already running, here or in another window. Wait until it has finished.',
    ),
  'transfer.gone': () => l10n.t('This upload can no longer be resumed. Upload the file again.'),
};
