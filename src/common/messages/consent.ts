import type { Sentences } from './errorMessage';

/** What needs a person's permission, and the shell that is given the credential. */
export const consentSentences: Sentences<'agent' | 'api' | 'shell' | 'workspace'> = {
  'workspace.notTrusted': {
    text: (_f, l10n) =>
      l10n.t(
        'This is not available in Restricted Mode. Trust the workspace first, or use a window without one.',
      ),
  },
  'api.denied': {
    text: (_f, l10n) =>
      l10n.t(
        'Other extensions may not upload here: you have not allowed it. Change the setting {0}, or reload the window to be asked again.',
        'edasPackages.api',
      ),
    next: 'setting:edasPackages.api',
  },
  'agent.badInput': {
    text: (f, l10n) =>
      f.detail === undefined
        ? l10n.t(
            'The tool has no input “{0}”. Use those of its description, then call it again.',
            f.subject ?? '',
          )
        : l10n.t(
            'The input “{0}” must be {1}. Correct it, then call the tool again.',
            f.subject ?? '',
            f.detail,
          ),
  },
  'agent.notConfirmed': {
    text: (_f, l10n) =>
      l10n.t(
        'Nothing was done: this is not what was confirmed, or something has changed since. Call the tool again, so that it can be confirmed as it is now.',
      ),
  },
  'shell.unknown': {
    text: (f, l10n) =>
      l10n.t(
        'The credential cannot be given to the shell “{0}”: only bash, zsh, sh, fish, PowerShell and cmd are known. Choose another default terminal profile, or copy the credential as environment variables.',
        f.subject ?? '',
      ),
  },
  'shell.unsafeValue': {
    text: (f, l10n) =>
      l10n.t(
        'The value of {0} has characters that this shell would read as something else. Use another shell.',
        f.subject ?? '',
      ),
  },
  'shell.notReady': {
    text: (_f, l10n) =>
      l10n.t(
        'The new terminal did not read the credential in time, and its file was removed. Open another terminal, or copy the credential as environment variables.',
      ),
  },
};
