import type { L10n } from '../../common/vscode/l10n';

/** Where the window's secrets are kept: by the system that shows the window, which is not always this one. */
export type KeyringPlace = 'browser' | 'elsewhere' | NodeJS.Platform;

/** VS Code's own page about keyrings that do not work. */
export const keyringHelpUrl =
  'https://code.visualstudio.com/docs/configure/settings-sync#_troubleshooting-keychain-issues';

/** What can be done about a keyring that does not keep secrets. */
export function keyringRemedy(place: KeyringPlace, l10n: L10n): string {
  const remedies: Partial<Record<KeyringPlace, string>> = {
    browser: l10n.t('Allow this page to store data in the browser, then sign in again.'),
    elsewhere: l10n.t(
      'Check the keyring of the computer that shows this window, restart VS Code there, then sign in again.',
    ),
    darwin: l10n.t(
      'Open Keychain Access, unlock the login keychain and allow VS Code to use it, restart VS Code, then sign in again.',
    ),
    win32: l10n.t(
      'Check with the administrator that Windows may encrypt data for your user (DPAPI), restart VS Code, then sign in again.',
    ),
  };
  return (
    remedies[place] ??
    l10n.t(
      'Install and unlock a keyring such as GNOME Keyring or KWallet, and restart VS Code. On a desktop that VS Code does not know, add "password-store": "gnome-libsecret" by the command “Preferences: Configure Runtime Arguments”.',
    )
  );
}
