import { l10n } from 'vscode';
import type { AccountServices } from './services';
import { safeWindow } from '../../common/vscode/safeWindow';

/** Before something that ends running uploads: asks, and ends them. True when nothing keeps one from going on. */
export async function confirmCancelUploads(
  { uploads }: Pick<AccountServices, 'uploads'>,
  goOn: string,
): Promise<boolean> {
  if (uploads.running === 0) {
    return true;
  }
  const chosen = await safeWindow.showWarningMessage(
    l10n.t('An upload is running. If you continue, it stops.'),
    { modal: true },
    goOn,
  );
  if (chosen !== goOn) {
    return false;
  }
  uploads.cancelAll();
  return true;
}
