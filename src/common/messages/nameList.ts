import { l10n } from 'vscode';
import { singleLine } from '../../core/util/displayText';

/** One name a line: the first ones, and how many more. @param most how many are named */
export function nameList(names: readonly string[], most = 10): string {
  const rest = names.length - most;
  return [
    ...names.slice(0, most).map(singleLine),
    ...(rest > 0 ? [l10n.t('and {0} more', rest)] : []),
  ].join('\n');
}
