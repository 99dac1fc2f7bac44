import { l10n } from 'vscode';
import { abortError } from '../../core/util/abort';
import { nameList } from '../../common/messages/nameList';
import { safeWindow } from '../../common/vscode/safeWindow';
import type { UploadItem } from '../../common/upload/types';

/**
 * Asks before anything is sent whether files that would get the key of another file of the selection are numbered.
 * @throws AbortError when the person does not want that
 */
export async function promptSameKey(same: readonly UploadItem[]): Promise<void> {
  const keys = [...new Set(same.map(({ key }) => key))];
  const hint = l10n.t(
    'They can be numbered, for example “app (1).jar”. To keep their folders in the key, cancel and set the object key template to {0}.',
    '${relativePath}',
  );
  const isConfirmed = await safeWindow.confirm(
    l10n.t('Several of the selected files would get the same object key.'),
    `${nameList(keys, 5)}\n\n${hint}`,
    l10n.t('Add Numbers'),
  );
  if (!isConfirmed) {
    throw abortError();
  }
}
