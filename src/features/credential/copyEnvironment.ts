import { env, l10n, window, type QuickPickItem } from 'vscode';
import type { Disposable } from '../../core/disposable';
import type { CredentialSession } from '../../core/session/session';
import type { CurrentAccount } from '../../kit/account';
import { Slot } from '../../kit/disposables';
import { networkOf } from '../../kit/settings';
import { environmentOf, scriptOf, type ShellKind } from './environment';
import { startTimeout } from '../../kit/timer';

/** The clipboard holds the credential no longer than this, ms. */
const clearAfterMs = 60_000;

/** Copies the credential as environment variables, and takes it from the clipboard again. */
export class CopyEnvironment implements Disposable {
  readonly #timer = new Slot();
  #copied: string | undefined;

  constructor(
    private readonly accounts: CurrentAccount,
    private readonly session: CredentialSession,
  ) {}

  async ask(): Promise<void> {
    const shell = await askShell();
    if (shell === undefined || !(await isMeant())) {
      return;
    }
    const credential = await this.session.current();
    const text = scriptOf(environmentOf(credential, networkOf(this.accounts.current)), shell);
    await env.clipboard.writeText(text);
    this.#copied = text;
    this.#timer.set(startTimeout(clearAfterMs, () => void this.#clear()));
    window.setStatusBarMessage(l10n.t('Copied. The clipboard is cleared in one minute.'), 5000);
  }

  dispose(): void {
    this.#timer.dispose();
    void this.#clear();
  }

  /** What somebody else has put there since stays. */
  async #clear(): Promise<void> {
    const text = this.#copied;
    this.#copied = undefined;
    if (text !== undefined && (await env.clipboard.readText()) === text) {
      await env.clipboard.writeText('');
    }
  }
}

async function isMeant(): Promise<boolean> {
  const copy = l10n.t('Copy');
  const chosen = await window.showWarningMessage(
    l10n.t('Copy the credential with its secret to the clipboard?'),
    {
      modal: true,
      detail: l10n.t(
        'Any program on this computer can read the clipboard. It is cleared after one minute if it still holds the credential. “EDAS: Open Terminal with Credential” does not use the clipboard.',
      ),
    },
    copy,
  );
  return chosen === copy;
}

async function askShell(): Promise<ShellKind | undefined> {
  type Item = QuickPickItem & { readonly shell: ShellKind };
  const items: Item[] = [
    { label: 'bash, zsh', description: 'export NAME=…', shell: 'posix' },
    { label: 'PowerShell', description: '$env:NAME = …', shell: 'powershell' },
    { label: 'cmd', description: 'set NAME=…', shell: 'cmd' },
  ];
  if (process.platform === 'win32') {
    items.push(...items.splice(0, 1));
  }
  const chosen = await window.showQuickPick(items, {
    title: l10n.t('EDAS: Copy as Environment Variables'),
    placeHolder: l10n.t('For which shell?'),
  });
  return chosen?.shell;
}
