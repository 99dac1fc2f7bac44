import { l10n } from 'vscode';
import { isAbort, hasCode } from '../../core/errors/catalogue';
import type { Transfer } from '../../core/transfer/manager';
import { formatBytes } from '../../common/messages/format';
import type { Uses } from '../../common/featureServices';
import { safeWindow } from '../../common/vscode/safeWindow';
import { viewIds } from '../../common/vscode/viewIds';

/** Deletes interrupted transfers, first from the server. One that cannot be deleted there stays in the list. */
export async function discard(
  transfers: readonly Transfer[],
  signal: AbortSignal,
  {
    transferServices,
    reporter,
    ensureSignedIn,
  }: Uses<'ensureSignedIn' | 'reporter' | 'transferServices'>,
): Promise<void> {
  const hasBytes = transfers.some(({ acknowledgedBytes = 0 }) => acknowledgedBytes > 0);
  if (transfers.length === 0 || (hasBytes && !(await confirmDiscard(transfers)))) {
    return;
  }
  if (!(await ensureSignedIn())) {
    return;
  }
  const { manager } = await transferServices.get();
  await safeWindow.withProgress({ location: { viewId: viewIds.transfers } }, async () => {
    for (const { id, name } of transfers) {
      try {
        await manager.discard(id, signal);
      } catch (error) {
        if (isAbort(error)) {
          return;
        }
        void reporter.report(error, {
          format: (sentence) => l10n.t('{0} was not discarded: {1}', name, sentence),
          // Another window is uploading it, and needs the checkpoint.
          buttons: hasCode(error, 'transfer.busy')
            ? []
            : [{ label: l10n.t('Remove from List Only'), press: () => manager.removeFromList(id) }],
        });
      }
    }
  });
}

function confirmDiscard(transfers: readonly Transfer[]): Promise<boolean> {
  const bytes = transfers.reduce((sum, { acknowledgedBytes = 0 }) => sum + acknowledgedBytes, 0);
  return safeWindow.confirm(
    transfers.length === 1
      ? l10n.t('Discard the interrupted upload of “{0}”?', transfers[0]?.name ?? '')
      : l10n.t('Discard {0} interrupted uploads?', transfers.length),
    l10n.t(
      '{0} of uploaded parts will be deleted from the server. Your local files are not affected.',
      formatBytes(bytes),
    ),
    l10n.t('Discard'),
  );
}
