import { l10n } from 'vscode';
import { singleLine } from '../../core/util/displayText';

/** How many names the small print of a question has. */
const mostNamed = 10;

/** One name a line: the first ones, and how many more. */
export function listed(names: readonly string[]): string {
  const rest = names.length - mostNamed;
  return [
    ...names.slice(0, mostNamed).map(singleLine),
    ...(rest > 0 ? [l10n.t('and {0} more', rest)] : []),
  ].join('\n');
}
