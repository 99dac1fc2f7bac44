import { l10n } from 'vscode';
import type { Sentences } from './errorMessage';

/** Permissions, inputs of an agent's tools, and shells for the credential. */
export const consentSentences: Sentences<'agent' | 'api' | 'shell' | 'workspace'> = {
  'workspace.notTrusted': () =>
    l10n.t(
      'This is not available in Restricted Mode. Trust the workspace first, or use a window without one.',
    ),
  'api.denied': () =>
    l10n.t(
      'Other extensions may not upload here: you have not allowed it. Change the setting {0}, or reload the window to be asked again.',
      'edasPackages.api',
    ),
  'agent.badInput': ({ subject, detail }) =>
    detail === ''
      ? l10n.t(
          'The tool has no input “{0}”. Use those of its description, then call it again.',
          subject,
        )
      : l10n.t(
          'The input “{0}” must be {1}. Correct it, then call the tool again.',
          subject,
          detail,
        ),
  'agent.notConfirmed': () =>
    l10n.t(
      'Nothing was done: this is not what was confirmed, or something has changed since. Call the tool again, so that it can be confirmed as it is now.',
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
