import { l10n } from 'vscode';

/** How a batch went, in one message. */
export interface Summary {
  readonly severity: 'error' | 'info' | 'warning';
  readonly text: string;
}

/** How many failures the message itself lists. */
const mostListed = 3;

/** The first failures, and how many more there are. @param failures a sentence for each */
export function firstFailures(failures: readonly string[]): readonly string[] {
  const rest = failures.length - mostListed;
  return [...failures.slice(0, mostListed), ...(rest > 0 ? [l10n.t('And {0} more.', rest)] : [])];
}
