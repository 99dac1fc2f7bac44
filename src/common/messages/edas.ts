import { l10n } from 'vscode';
import { clockOf, serverWords, waitOf, type Sentences } from './errorMessage';

/** EDAS and its gateway, and the account. */
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
      'The security token does not belong to these temporary keys (STS), or it is missing. Sign in with all three values.',
    ),
  'edas.clockSkewed': (f) => l10n.t('{0} Set the clock, then fetch again.', clockOf(f)),
  'edas.noPermission': ({ ramAction }) =>
    ramAction === 'edas:ReadApplication' || ramAction === 'edas:ManageApplication'
      ? l10n.t(
          'This account is not allowed to do this with the application. Ask the administrator to allow the RAM action {0}.',
          ramAction,
        )
      : l10n.t(
          'This account is not allowed to fetch the package storage credential. Ask your administrator to allow the RAM action edas:GetPackageStorageCredential.',
        ),
  'edas.notOffered': () =>
    l10n.t(
      'Package storage is not available at this EDAS endpoint. Choose another region with “EDAS: Select Region…”, or check the endpoint.',
    ),
  'edas.throttled': (f) => l10n.t('EDAS is receiving too many requests. Try again {0}.', waitOf(f)),
  'edas.serverFault': () =>
    l10n.t(
      'EDAS is having problems. Try again later. If they persist, contact support with the request ID.',
    ),
  'edas.rejected': (f) =>
    l10n.t(
      'EDAS rejected the request.{0} If this is unexpected, contact support with the request ID.',
      serverWords(f),
    ),
  'edas.credentialMalformed': ({ subject }) =>
    l10n.t(
      'The credential from EDAS is unusable: the field “{0}” is missing or invalid. Fetch it again. If that does not help, check the endpoint or contact support with the request ID.',
      subject || 'Credential',
    ),
  'edas.credentialExpired': () =>
    l10n.t(
      'EDAS returned a credential that has already expired. Fetch it again. If that does not help, check this computer’s clock.',
    ),
  'edas.responseMalformed': ({ subject }) =>
    l10n.t(
      'The response from EDAS is unusable: the field “{0}” is missing or invalid. Try again. If that does not help, check the endpoint or contact support with the request ID.',
      subject,
    ),
  'account.signedOut': () => l10n.t('No one is signed in to EDAS. Sign in first.'),
  'account.notSaved': () =>
    l10n.t(
      'VS Code’s secret storage did not save the AccessKey. Check that the keyring of this computer is unlocked and works, then sign in again.',
    ),
  'account.keysGone': () =>
    l10n.t(
      'The AccessKey is no longer in VS Code’s secret storage: you signed out in another window, or the keyring lost it. Sign in again.',
    ),
};
