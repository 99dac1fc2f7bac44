import { l10n } from 'vscode';
import { isAbort, hasCode } from '../../core/errors/catalogue';
import type { Transfer } from '../../core/transfer/manager';
import { formatBytes } from '../../common/messages/format';
import type { Lazy } from '../../common/vscode/lazy';
import type { Reporter } from '../../common/vscode/reporter';
import type { TransferServices } from '../../common/transferServices';
import { safeWindow } from '../../common/vscode/safeWindow';

export interface DiscardDeps {
  readonly tools: Lazy<TransferServices>;
  readonly reporter: Reporter;
  /** Signs in when nobody is; false when the person left. */
  readonly ensureSignedIn: () => Promise<boolean>;
  /** Asks before bytes that are on the server are deleted; a parameter so that a test can answer. */
  readonly confirm?: (transfers: readonly Transfer[]) => Promise<boolean>;
}

/** Takes interrupted transfers away, from the server first. What it cannot delete there stays in the list. */
export async function discard(
  transfers: readonly Transfer[],
  signal: AbortSignal,
  { tools, reporter, ensureSignedIn, confirm = askToDiscard }: DiscardDeps,
): Promise<void> {
  const hasBytes = transfers.some(({ acknowledgedBytes = 0 }) => acknowledgedBytes > 0);
  if (transfers.length === 0 || (hasBytes && !(await confirm(transfers)))) {
    return;
  }
  if (!(await ensureSignedIn())) {
    return;
  }
  const { manager } = await tools.get();
  await safeWindow.withProgress({ location: { viewId: 'edasPackages.transfers' } }, async () => {
    for (const { id, name } of transfers) {
      try {
        await manager.discard(id, signal);
      } catch (error) {
        if (isAbort(error)) {
          return;
        }
        void reporter.report(error, {
          format: (sentence) => l10n.t('{0} was not discarded: {1}', name, sentence),
          // What another window is at work on would lose its checkpoint by that.
          buttons: hasCode(error, 'transfer.busy')
            ? []
            : [{ label: l10n.t('Remove from List Only'), press: () => manager.removeFromList(id) }],
        });
      }
    }
  });
}

async function askToDiscard(transfers: readonly Transfer[]): Promise<boolean> {
  const [first, ...others] = transfers;
  const bytes = transfers.reduce((sum, { acknowledgedBytes = 0 }) => sum + acknowledgedBytes, 0);
  const yes = l10n.t('Discard');
  const chosen = await safeWindow.showWarningMessage(
    others.length === 0
      ? l10n.t('Discard the interrupted upload of “{0}”?', first?.name ?? '')
      : l10n.t('Discard {0} interrupted uploads?', transfers.length),
    {
      modal: true,
      detail: l10n.t(
        '{0} of uploaded parts will be deleted from the server. Your local files are not affected.',
        formatBytes(bytes),
      ),
    },
    yes,
  );
  return chosen === yes;
}
