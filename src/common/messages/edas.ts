import { l10n } from 'vscode';
import { clockOf, serverWords, waitOf, type Sentences } from './errorMessage';

/** EDAS and the gateway before it, and who asks. */
export const edasSentences: Sentences<'edas' | 'account'> = {
  'edas.unknownAccessKey': () =>
    l10n.t(
      'Alibaba Cloud does not know this AccessKey ID. Check it for missing characters, or whether it was deleted.',
    ),
  'edas.accessKeyDisabled': () =>
    l10n.t(
      'This AccessKey is disabled. Enable it in the RAM console, or sign in with another one.',
    ),
  'edas.wrongSecret': () =>
    l10n.t('The AccessKey secret does not belong to this AccessKey ID. Enter the secret again.'),
  'edas.tokenExpired': () =>
    l10n.t('The temporary keys (STS) of this account are no longer valid. Sign in with new ones.'),
  'edas.tokenInvalid': () =>
    l10n.t(
      'The security token does not belong to these temporary keys (STS), or it is missing. Sign in with all three of them.',
    ),
  'edas.clockSkewed': (f) => l10n.t('{0} Set the clock, then fetch again.', clockOf(f)),
  'edas.noPermission': ({ ramAction }) =>
    ramAction === 'edas:ReadApplication' || ramAction === 'edas:ManageApplication'
      ? l10n.t(
          'This account is not allowed to do this with the application. Ask the administrator to allow the RAM action {0}.',
          ramAction,
        )
      : l10n.t(
          'This account is not allowed to fetch the package storage credential. Ask the administrator to allow the RAM action edas:GetPackageStorageCredential.',
        ),
  'edas.notOffered': () =>
    l10n.t(
      'EDAS does not offer package storage here. Choose another region with “EDAS: Select Region…”, or check the endpoint.',
    ),
  'edas.throttled': (f) => l10n.t('EDAS received too many requests. Try again {0}.', waitOf(f)),
  'edas.serverFault': () =>
    l10n.t(
      'EDAS is having problems. Try again later. If they persist, send the request ID to support.',
    ),
  'edas.rejected': (f) =>
    l10n.t(
      'EDAS refused the request.{0} If you did not expect this, send the request ID to support.',
      serverWords(f),
    ),
  'edas.credentialMalformed': ({ subject }) =>
    l10n.t(
      'The credential from EDAS cannot be used: its field “{0}” is missing or wrong. Fetch it again. If that does not help, check the endpoint or send the request ID to support.',
      subject || 'Credential',
    ),
  'edas.credentialExpired': () =>
    l10n.t(
      'EDAS returned a credential that has already expired. Fetch it again. If that does not help, check the clock of this computer.',
    ),
  'edas.answerMalformed': ({ subject }) =>
    l10n.t(
      'The response from EDAS cannot be used: its field “{0}” is missing or wrong. Try again. If that does not help, check the endpoint or send the request ID to support.',
      subject,
    ),
  'account.signedOut': () => l10n.t('No one is signed in to EDAS. Sign in first.'),
  'account.notSaved': () =>
    l10n.t(
      'The secret store of this computer did not keep the AccessKey. Check that its keyring is unlocked and works, then sign in again.',
    ),
  'account.keysGone': () =>
    l10n.t(
      'The AccessKey is no longer in the secret store of this computer: you signed out in another window, or the keyring lost it. Sign in again.',
    ),
};
