import { l10n } from 'vscode';
import type { AccountServices } from '../accountServices';
import { safeWindow } from '../../../common/vscode/safeWindow';

/**
 * Asks before cancelling running uploads.
 * @returns true when none is running, or when they are being cancelled, which is not awaited
 */
export async function confirmCancelUploads(
  { uploads }: Pick<AccountServices, 'uploads'>,
  continueLabel: string,
): Promise<boolean> {
  if (uploads.running === 0) {
    return true;
  }
  const question = l10n.t('Uploads are still running. Continuing cancels them.');
  const isConfirmed = await safeWindow.confirm(question, undefined, continueLabel);
  if (isConfirmed) {
    uploads.cancelAll();
  }
  return isConfirmed;
}
