import { l10n } from 'vscode';
import { maxKeyBytes } from '../../core/oss/objectKey';
import { isPrintable } from '../../core/util/displayText';
import { safeWindow } from '../../common/vscode/safeWindow';

/** Prompts for the beginning of the names. '' for all; undefined when the person cancelled. */
export async function promptFilter(current: string): Promise<string | undefined> {
  return safeWindow.showInputBox({
    title: l10n.t('EDAS: Filter Packages by Name'),
    prompt: l10n.t(
      'Show names that start with this text, including folders. Leave it empty to show all.',
    ),
    placeHolder: 'apps/orders-1.',
    value: current,
    validateInput: filterProblem,
  });
}

function filterProblem(text: string): string | undefined {
  if (!isPrintable(text)) {
    return l10n.t('An object name cannot contain these characters.');
  }
  return Buffer.byteLength(text) > maxKeyBytes
    ? l10n.t('An object name cannot be that long.')
    : undefined;
}
