import { l10n, window, type QuickPickItem } from 'vscode';
import type { Disposable } from '../../core/util/disposable';
import type { Uses } from '../../common/featureServices';
import { copySecret, readClipboard } from '../../common/vscode/clipboard';
import { DisposableStore } from '../../common/vscode/disposables';
import { logFailure } from '../../common/vscode/log';
import { networkOf } from '../../common/settings/settings';
import { safeWindow } from '../../common/vscode/safeWindow';
import { ClipboardClearing } from './clipboardClearing';
import { environmentOf, scriptOf } from './environment';
import type { ShellKind } from './shells';

export type CopyEnvironmentDeps = Uses<'accounts' | 'log' | 'session' | 'state'>;

/** Copies the credential as environment variables, and clears the clipboard after a minute. */
export class CopyEnvironment implements Disposable {
  readonly #disposables = new DisposableStore();
  readonly #clearing: ClipboardClearing;
  #isWarning = false;

  constructor(private readonly deps: CopyEnvironmentDeps) {
    this.#clearing = this.#disposables.add(
      new ClipboardClearing({
        clipboard: { readText: readClipboard, writeText: copySecret },
        state: deps.state,
        onFailure: (error) => {
          logFailure(deps.log, error);
          void this.#warnNotCleared();
        },
      }),
    );
    this.#disposables.add(
      window.onDidChangeWindowState(({ focused }) => {
        if (focused) {
          void this.#clearing.clearDue();
        }
      }),
    );
  }

  async prompt(): Promise<void> {
    const shell = await promptShell();
    if (shell === undefined || !(await confirmCopy())) {
      return;
    }
    const { session, accounts } = this.deps;
    const credential = await session.current();
    await this.#clearing.copy(
      scriptOf(environmentOf(credential, networkOf(accounts.current)), shell),
    );
    safeWindow.showStatus(l10n.t('Copied. The clipboard will be cleared in one minute.'));
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  /** Shows no second message while the first is open. */
  async #warnNotCleared(): Promise<void> {
    if (this.#isWarning) {
      return;
    }
    this.#isWarning = true;
    const clear = l10n.t('Clear Now');
    const chosen = await safeWindow.showWarningMessage(
      l10n.t(
        'The clipboard could not be cleared and may still hold the credential. Clear it now, or copy something else.',
      ),
      clear,
    );
    this.#isWarning = false;
    if (chosen === clear) {
      await this.#clearing.clearDue();
    }
  }
}

function confirmCopy(): Promise<boolean> {
  return safeWindow.confirm(
    l10n.t('Copy the credential with its secret to the clipboard?'),
    l10n.t(
      'Any program can read the clipboard. It will be cleared after one minute unless you copy something else. “EDAS: Open Terminal with Credential” does not use the clipboard.',
    ),
    l10n.t('Copy'),
  );
}

async function promptShell(): Promise<ShellKind | undefined> {
  type Item = QuickPickItem & { readonly shell: ShellKind };
  const items: Item[] = [
    { label: 'bash, zsh', description: 'export NAME=…', shell: 'posix' },
    { label: 'fish', description: 'set -gx NAME …', shell: 'fish' },
    { label: 'PowerShell', description: '$env:NAME = …', shell: 'powershell' },
    { label: 'cmd', description: 'set NAME=…', shell: 'cmd' },
  ];
  if (process.platform === 'win32') {
    items.push(...items.splice(0, 2));
  }
  const chosen = await safeWindow.showQuickPick(items, {
    title: l10n.t('EDAS: Copy as Environment Variables'),
    placeHolder: l10n.t('Select the shell'),
  });
  return chosen?.shell;
}
