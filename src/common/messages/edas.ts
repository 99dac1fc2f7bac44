import { clockOf, serverWords, waitOf, type Sentences } from './errorMessage';

/** EDAS and the gateway before it, and who asks. */
export const edasSentences: Sentences<'edas' | 'account'> = {
  'edas.unknownAccessKey': {
    text: (_f, l10n) =>
      l10n.t(
        'Alibaba Cloud does not know this AccessKey ID. Check it for missing characters, or whether it was deleted.',
      ),
    next: 'signIn',
  },
  'edas.accessKeyDisabled': {
    text: (_f, l10n) =>
      l10n.t(
        'This AccessKey is disabled. Enable it in the RAM console, or sign in with another one.',
      ),
    next: 'signIn',
  },
  'edas.wrongSecret': {
    text: (_f, l10n) =>
      l10n.t('The AccessKey secret does not belong to this AccessKey ID. Enter the secret again.'),
    next: 'signIn',
  },
  'edas.tokenExpired': {
    text: (_f, l10n) =>
      l10n.t(
        'The temporary keys (STS) of this account are no longer valid. Sign in with new ones.',
      ),
    next: 'signIn',
  },
  'edas.tokenInvalid': {
    text: (_f, l10n) =>
      l10n.t(
        'The security token does not belong to these temporary keys (STS), or it is missing. Sign in with all three values.',
      ),
    next: 'signIn',
  },
  'edas.clockSkewed': {
    text: (f, l10n) => l10n.t('{0} Set the clock, then fetch again.', clockOf(f, l10n)),
    next: 'fetchAgain',
  },
  'edas.noPermission': {
    text: ({ ramAction }, l10n) =>
      ramAction === 'edas:ReadApplication' || ramAction === 'edas:ManageApplication'
        ? l10n.t(
            'This account is not allowed to do this with the application. Ask the administrator to allow the RAM action {0}.',
            ramAction,
          )
        : l10n.t(
            'This account is not allowed to fetch the package storage credential. Ask your administrator to allow the RAM action edas:GetPackageStorageCredential.',
          ),
    next: 'fetchAgain',
  },
  'edas.notOffered': {
    text: (_f, l10n) =>
      l10n.t(
        'Package storage is not available at this EDAS endpoint. Choose another region with “EDAS: Select Region…”, or check the endpoint.',
      ),
    next: 'signIn',
  },
  'edas.throttled': {
    text: (f, l10n) =>
      l10n.t('EDAS is receiving too many requests. Try again {0}.', waitOf(f, l10n)),
    next: 'fetchAgain',
  },
  'edas.serverFault': {
    text: (_f, l10n) =>
      l10n.t(
        'EDAS is having problems. Try again later. If they persist, contact support with the request ID.',
      ),
    next: 'fetchAgain',
  },
  'edas.rejected': {
    text: (f, l10n) =>
      l10n.t(
        'EDAS rejected the request.{0} If this is unexpected, contact support with the request ID.',
        serverWords(f),
      ),
    next: 'fetchAgain',
  },
  'edas.credentialMalformed': {
    text: (f, l10n) =>
      l10n.t(
        'The credential from EDAS is unusable: the field “{0}” is missing or invalid. Fetch it again. If that does not help, check the endpoint or contact support with the request ID.',
        f.subject ?? 'Credential',
      ),
    next: 'fetchAgain',
  },
  'edas.credentialExpired': {
    text: (_f, l10n) =>
      l10n.t(
        'EDAS returned a credential that has already expired. Fetch it again. If that does not help, check this computer’s clock.',
      ),
    next: 'fetchAgain',
  },
  'edas.answerMalformed': {
    text: (f, l10n) =>
      l10n.t(
        'The response from EDAS is unusable: the field “{0}” is missing or invalid. Try again. If that does not help, check the endpoint or contact support with the request ID.',
        f.subject ?? '',
      ),
  },
  'account.signedOut': {
    text: (_f, l10n) => l10n.t('No one is signed in to EDAS. Sign in first.'),
    next: 'signIn',
  },
  'account.notSaved': {
    text: (_f, l10n) =>
      l10n.t(
        'VS Code’s secret storage did not save the AccessKey. Check that the keyring of this computer is unlocked and works, then sign in again.',
      ),
    next: 'signIn',
  },
  'account.keysGone': {
    text: (_f, l10n) =>
      l10n.t(
        'The AccessKey is no longer in VS Code’s secret storage: you signed out in another window, or the keyring lost it. Sign in again.',
      ),
    next: 'signIn',
  },
};
