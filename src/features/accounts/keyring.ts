import { l10n } from 'vscode';

/** Which computer stores the window's secrets: the one that shows the window, which may not be this one. */
export type SecretStorageHost = 'browser' | 'remote' | NodeJS.Platform;

/** VS Code's documentation about keyring problems. */
export const keyringHelpUrl =
  'https://code.visualstudio.com/docs/configure/settings-sync#_troubleshooting-keychain-issues';

/** How to repair a keyring that does not save secrets. */
export function keyringRemedy(host: SecretStorageHost): string {
  const remedies: Partial<Record<SecretStorageHost, string>> = {
    browser: l10n.t('Allow this page to store data in the browser, then sign in again.'),
    remote: l10n.t(
      'Check the keyring of your local computer, restart VS Code there, then sign in again.',
    ),
    darwin: l10n.t(
      'Open Keychain Access, unlock the login keychain and allow VS Code to use it, restart VS Code, then sign in again.',
    ),
    win32: l10n.t(
      'Ask your administrator whether Windows data protection (DPAPI) works for your account, restart VS Code, then sign in again.',
    ),
  };
  return (
    remedies[host] ??
    l10n.t(
      'Install and unlock a keyring such as GNOME Keyring or KWallet, and restart VS Code. On a desktop that VS Code does not know, add "password-store": "gnome-libsecret" by the command “Preferences: Configure Runtime Arguments”.',
    )
  );
}
