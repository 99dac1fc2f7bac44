import type { l10n } from 'vscode';

/**
 * VS Code's `l10n`, handed in as a parameter named `l10n` where a module must also run in a plain test.
 * Every text that a person reads goes through `l10n.t('…')` with a literal, so that the texts can be collected.
 */
export type L10n = Pick<typeof l10n, 't'>;
