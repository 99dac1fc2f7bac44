import { l10n, window } from 'vscode';
import { maxKeyBytes, shownKey } from '../../core/oss/objectKey';

/** Asks how the names must begin. '' for all of them; undefined when the person left. */
export async function askFilter(current: string): Promise<string | undefined> {
  return window.showInputBox({
    title: l10n.t('EDAS: Filter Packages by Name'),
    prompt: l10n.t(
      'How the names begin, with the folders that lead there. Leave it empty to see all.',
    ),
    placeHolder: 'apps/orders-1.',
    value: current,
    validateInput: filterFault,
  });
}

function filterFault(text: string): string | undefined {
  if (shownKey(text) !== text) {
    return l10n.t('An object name has no such characters.');
  }
  return Buffer.byteLength(text) > maxKeyBytes ? l10n.t('No object name is so long.') : undefined;
}
