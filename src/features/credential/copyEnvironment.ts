import { createHash } from 'node:crypto';
import { env, l10n, type Memento, type QuickPickItem } from 'vscode';
import type { Disposable } from '../../core/util/disposable';
import type { CredentialSession } from '../../core/credential/session';
import type { CurrentAccount } from '../../common/account';
import { MutableDisposable } from '../../common/vscode/disposables';
import { networkOf } from '../../common/settings/settings';
import { startTimeout } from '../../common/vscode/timer';
import { environmentOf, scriptOf, type ShellKind } from './environment';
import { safeWindow } from '../../common/vscode/safeWindow';

/** The clipboard holds the credential no longer than this, ms. */
const clearAfterMs = 60_000;

const stateKey = 'edasPackages.copied';

/** What is to be taken from the clipboard. Kept in the state, so that a window that was closed meanwhile does not matter. */
interface Copied {
  /** SHA-256 of the text. */
  readonly hash: string;
  /** When the clipboard is to be cleared, ms since 1970. */
  readonly until: number;
}

type State = Pick<Memento, 'get' | 'update'>;

/** Copies the credential as environment variables, and takes it from the clipboard again. */
export class CopyEnvironment implements Disposable {
  readonly #timer = new MutableDisposable();

  constructor(
    private readonly accounts: CurrentAccount,
    private readonly session: CredentialSession,
    private readonly state: State,
  ) {
    this.#wait();
  }

  async ask(): Promise<void> {
    const shell = await askShell();
    if (shell === undefined || !(await isMeant())) {
      return;
    }
    const credential = await this.session.current();
    const text = scriptOf(environmentOf(credential, networkOf(this.accounts.current)), shell);
    const copied: Copied = { hash: hashOf(text), until: Date.now() + clearAfterMs };
    await this.state.update(stateKey, copied);
    await env.clipboard.writeText(text);
    this.#wait();
    safeWindow.showStatus(l10n.t('Copied. The clipboard is cleared in one minute.'), 5000);
  }

  dispose(): void {
    this.#timer.dispose();
  }

  #wait(): void {
    const copied = this.state.get<Copied>(stateKey);
    if (copied !== undefined) {
      const leftMs = Math.min(Math.max(copied.until - Date.now(), 0), clearAfterMs);
      this.#timer.set(startTimeout(leftMs, () => void this.#clear(copied)));
    }
  }

  /** What somebody else has put there since stays. */
  async #clear({ hash }: Copied): Promise<void> {
    if (hashOf(await env.clipboard.readText()) === hash) {
      await env.clipboard.writeText('');
    }
    await this.state.update(stateKey, undefined);
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function isMeant(): Promise<boolean> {
  const copy = l10n.t('Copy');
  const chosen = await safeWindow.showWarningMessage(
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
  const chosen = await safeWindow.showQuickPick(items, {
    title: l10n.t('EDAS: Copy as Environment Variables'),
    placeHolder: l10n.t('For which shell?'),
  });
  return chosen?.shell;
}
