import { l10n } from 'vscode';
import { abortError } from '../../core/util/abort';
import { singleLine } from '../../core/util/displayText';
import { safeWindow } from '../../common/vscode/safeWindow';
import type { UploadItem } from '../../common/upload/types';

/** How many keys the question lists. */
const maxNamed = 5;

/**
 * Asks before anything is sent whether files that would get the key of another file of the selection are numbered.
 * @throws AbortError when the person does not want that
 */
export async function promptSameKey(same: readonly UploadItem[]): Promise<void> {
  const number = l10n.t('Add Numbers');
  const keys = [...new Set(same.map(({ key }) => singleLine(key)))];
  const rest = keys.length - maxNamed;
  const chosen = await safeWindow.showWarningMessage(
    l10n.t('Several of the selected files would get the same object key.'),
    {
      modal: true,
      detail: [
        ...keys.slice(0, maxNamed),
        ...(rest > 0 ? [l10n.t('and {0} more', rest)] : []),
        '',
        l10n.t(
          'They can be numbered, for example “app (1).jar”. To keep their folders in the key, cancel and set the object key template to {0}.',
          '${relativePath}',
        ),
      ].join('\n'),
    },
    number,
  );
  if (chosen !== number) {
    throw abortError();
  }
}
