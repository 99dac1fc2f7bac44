import { l10n } from 'vscode';
import type { Sentences } from './errorMessage';

/** Permissions, and shells for the credential. */
export const consentSentences: Sentences<'api' | 'shell' | 'workspace'> = {
  'workspace.notTrusted': () =>
    l10n.t(
      'This is not available in Restricted Mode. Trust the workspace first, or use a window without one.',
    ),
  'api.denied': () =>
    l10n.t(
      'Other extensions may not upload here: you have not allowed it. Change the setting {0}, or reload the window to be asked again.',
      'edasPackages.api',
    ),
  'shell.unknown': ({ subject }) =>
    l10n.t(
      'The credential cannot be given to the shell “{0}”: only bash, zsh, sh, fish, PowerShell and cmd are known. Choose another default terminal profile, or copy the credential as environment variables.',
      subject,
    ),
  'shell.unsafeValue': ({ subject }) =>
    l10n.t(
      'The value of {0} has characters that this shell would read as something else. Use another shell.',
      subject,
    ),
  'shell.notReady': () =>
    l10n.t(
      'The new terminal did not read the credential in time, and its file was removed. Open another terminal, or copy the credential as environment variables.',
    ),
};
