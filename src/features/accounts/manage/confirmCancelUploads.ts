import { l10n } from 'vscode';
import type { AccountServices } from '../services';
import { safeWindow } from '../../../common/vscode/safeWindow';

/** Asks before cancelling running uploads. @returns true when none is running any more */
export async function confirmCancelUploads(
  { uploads }: Pick<AccountServices, 'uploads'>,
  continueLabel: string,
): Promise<boolean> {
  if (uploads.running === 0) {
    return true;
  }
  const chosen = await safeWindow.showWarningMessage(
    l10n.t('Uploads are still running. Continuing cancels them.'),
    { modal: true },
    continueLabel,
  );
  if (chosen !== continueLabel) {
    return false;
  }
  uploads.cancelAll();
  return true;
}
