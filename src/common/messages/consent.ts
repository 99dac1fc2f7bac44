import { l10n } from 'vscode';
import type { Sentences } from './errorMessage';

/** What needs a person's permission, and the shell that is given the credential. */
export const consentSentences: Sentences<'api' | 'shell' | 'workspace'> = {
  'workspace.notTrusted': {
    text: () =>
      l10n.t(
        'This is not done in Restricted Mode. Trust the workspace first, or use a window without one.',
      ),
  },
  'api.denied': {
    text: () =>
      l10n.t(
        'Other extensions may not upload here: you have not allowed it. Change the setting {0}, or reload the window to be asked again.',
        'edasPackages.api',
      ),
    next: 'setting:edasPackages.api',
  },
  'shell.unknown': {
    text: (f) =>
      l10n.t(
        'The credential cannot be given to the shell “{0}”: only bash, zsh, sh, fish, PowerShell and cmd are known. Choose another default terminal profile, or copy the credential as environment variables.',
        f.subject ?? '',
      ),
  },
  'shell.unsafeValue': {
    text: (f) =>
      l10n.t(
        'The value of {0} has characters that this shell would read as something else. Use another shell.',
        f.subject ?? '',
      ),
  },
  'shell.notReady': {
    text: () =>
      l10n.t(
        'The new terminal did not read the credential in time, and its file was removed. Open another terminal, or copy the credential as environment variables.',
      ),
  },
};
