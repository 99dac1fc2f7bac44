import { l10n } from 'vscode';
import type { Expectation } from '../../core/util/inputFields';

/** What a property must be, for the end of a sentence. */
export function expectedText(expectation: Expectation): string {
  switch (expectation.kind) {
    case 'flag':
      return 'true, false';
    case 'oneOf':
      return expectation.values.map((value) => JSON.stringify(value)).join(', ');
    case 'text':
      return l10n.t('a text on one line, of 1 to {0} characters', expectation.maxLength);
    case 'whole':
      return l10n.t('a whole number from {0} to {1}', expectation.least, expectation.most);
  }
}
