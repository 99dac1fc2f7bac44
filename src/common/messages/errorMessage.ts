import { l10n } from 'vscode';
import type { ErrorCode, ErrorFacts } from '../../core/errors/catalogue';

/** The facts of a failure; those that most sentences name are never absent. Unknown ones are empty texts. */
export interface MessageFacts extends ErrorFacts {
  readonly host: string;
  readonly subject: string;
  readonly detail: string;
  readonly file: string;
}

export function messageFacts({
  host = l10n.t('the server'),
  subject = '',
  detail = '',
  file = '',
  ...facts
}: ErrorFacts): MessageFacts {
  return { ...facts, host, subject, detail, file };
}

/**
 * A sentence for each code of the families, for instance of those that begin with `network.`: what happened and what to
 * do next, without codes and ids. A code without a sentence does not compile.
 */
export type Sentences<F extends string> = Readonly<
  Record<Extract<ErrorCode, `${F}.${string}`>, (facts: MessageFacts) => string>
>;

/** What the server itself said, as a sentence's tail; empty when it said nothing. */
export function serverWords({ serverMessage = '' }: ErrorFacts): string {
  return serverMessage.trim() && ` “${serverMessage.trim()}”`;
}

/** "in 3 s", or "in a moment" when the server did not say. */
export function waitOf({ retryAfterMs }: ErrorFacts): string {
  return retryAfterMs === undefined
    ? l10n.t('in a moment')
    : l10n.t('in {0} s', Math.max(1, Math.ceil(retryAfterMs / 1000)));
}

/** How far the clocks are apart, in whole minutes, when it is known. */
export function clockOf({ clockOffsetMs: offset = 0 }: ErrorFacts): string {
  const minutes = Math.round(Math.abs(offset) / 60_000);
  if (Math.abs(offset) < 60_000) {
    return l10n.t('This computer’s clock is too far off.');
  }
  return offset > 0
    ? l10n.t('This computer’s clock is {0} minutes behind the server’s.', minutes)
    : l10n.t('This computer’s clock is {0} minutes ahead of the server’s.', minutes);
}
