import { l10n } from 'vscode';
import type { ErrorCode, ErrorFacts } from '../../core/errors/catalogue';

/** A button that leads on: fetch again, sign in again, or open the setting that is wrong. */
export type RecoveryAction = 'fetchAgain' | 'openFile' | 'signIn' | `setting:${string}`;

/** How one code of the catalogue is told. `say` tells what happened and what to do next, without codes and ids. */
export interface ErrorMessage {
  readonly text: (facts: ErrorFacts) => string;
  readonly next?: RecoveryAction;
}

/** The codes of the given families, for instance those that begin with `network.`. */
export type Family<F extends string> = Extract<ErrorCode, `${F}.${string}`>;

/** One sentence for each code of the families: a code without one does not compile. */
export type Sentences<F extends string> = Readonly<Record<Family<F>, ErrorMessage>>;

export function hostOf(facts: ErrorFacts): string {
  return facts.host ?? l10n.t('the server');
}

/** What the server itself said, as a sentence's tail; nothing when it said nothing. */
export function serverWords(facts: ErrorFacts): string {
  const format = facts.serverMessage?.trim() ?? '';
  return format === '' ? '' : ` “${format}”`;
}

/** "in 3 s", or "in a moment" when the server did not say. */
export function waitOf(facts: ErrorFacts): string {
  return facts.retryAfterMs === undefined
    ? l10n.t('in a moment')
    : l10n.t('in {0} s', Math.max(1, Math.ceil(facts.retryAfterMs / 1000)));
}

/** How far the clocks are apart, in whole minutes, when it is known. */
export function clockOf(facts: ErrorFacts): string {
  const offset = facts.clockOffsetMs;
  if (offset === undefined || Math.abs(offset) < 60_000) {
    return l10n.t('The clock of this computer differs too much from the server’s.');
  }
  const minutes = Math.round(Math.abs(offset) / 60_000);
  return offset > 0
    ? l10n.t('The clock of this computer is {0} minutes behind the server’s.', minutes)
    : l10n.t('The clock of this computer is {0} minutes ahead of the server’s.', minutes);
}
