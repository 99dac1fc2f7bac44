import { l10n } from 'vscode';
import { firstFailures, type Summary } from '../../common/messages/batchSummary';
import { formatBytes } from '../../common/messages/format';

/** The result of downloading or deleting one object. */
export type Outcome =
  | {
      readonly kind: 'done';
      readonly name: string;
      readonly size: number;
      readonly verified?: boolean;
    }
  | { readonly kind: 'failed'; readonly name: string; readonly error: unknown }
  /** Cancelled while it was processed: a request that was under way may have had its effect. */
  | { readonly kind: 'cancelled'; readonly name: string }
  /** Because the person cancelled, or because it would have failed like another one. */
  | { readonly kind: 'notStarted'; readonly name: string };

/** @param sentenceOf what went wrong and what to do next */
export function summarizeDownloads(
  outcomes: readonly Outcome[],
  sentenceOf: (error: unknown) => string,
): Summary {
  const done = outcomes.filter((outcome) => outcome.kind === 'done');
  const unverified = done.filter(({ verified }) => verified !== true).length;
  const size = formatBytes(done.reduce((sum, each) => sum + each.size, 0));
  const [only, ...others] = done;
  const failures = failedOf(outcomes).map(({ name, error }) =>
    l10n.t('{0} was not downloaded: {1}', name, sentenceOf(error)),
  );
  const words = [
    ...(only === undefined
      ? []
      : [
          others.length > 0
            ? severalDownloaded(done.length, size, unverified)
            : unverified > 0
              ? l10n.t(
                  'Downloaded {0} ({1}), not verified: the server sent no CRC-64 to compare with.',
                  only.name,
                  size,
                )
              : l10n.t('Downloaded {0} ({1}), verified by CRC-64.', only.name, size),
        ]),
    ...firstFailures(failures),
    // A download that was cancelled leaves nothing behind.
    ...notProcessed(outcomes, 'cancelled', 'notStarted'),
  ];
  return {
    severity: failures.length > 0 ? 'error' : unverified > 0 ? 'warning' : 'info',
    text: words.join(' '),
  };
}

function severalDownloaded(count: number, size: string, unverified: number): string {
  return unverified === 0
    ? l10n.t('Downloaded {0} files ({1}), all verified by CRC-64.', count, size)
    : l10n.t(
        'Downloaded {0} files ({1}); {2} of them not verified: the server sent no CRC-64 to compare with.',
        count,
        size,
        unverified,
      );
}

export function summarizeDeletions(
  outcomes: readonly Outcome[],
  sentenceOf: (error: unknown) => string,
): Summary {
  const [only, ...others] = outcomes.filter((outcome) => outcome.kind === 'done');
  const failures = failedOf(outcomes).map(({ name, error }) =>
    l10n.t('{0} was not deleted: {1}', name, sentenceOf(error)),
  );
  const cancelled = outcomes.filter(({ kind }) => kind === 'cancelled').map(({ name }) => name);
  const words = [
    ...(only === undefined
      ? []
      : [
          others.length === 0
            ? l10n.t('Deleted {0}.', only.name)
            : l10n.t('Deleted {0} objects.', others.length + 1),
        ]),
    ...firstFailures(failures),
    ...(cancelled.length === 0
      ? []
      : [
          l10n.t(
            'It is not known whether these were deleted before the cancellation: {0}. The Packages view shows what still exists.',
            cancelled.join(', '),
          ),
        ]),
    ...notProcessed(outcomes, 'notStarted'),
  ];
  return {
    severity: failures.length > 0 ? 'error' : cancelled.length > 0 ? 'warning' : 'info',
    text: words.join(' '),
  };
}

type Failed = Extract<Outcome, { kind: 'failed' }>;

export function failedOf(outcomes: readonly Outcome[]): readonly Failed[] {
  return outcomes.filter((outcome) => outcome.kind === 'failed');
}

function notProcessed(
  outcomes: readonly Outcome[],
  ...kinds: readonly Outcome['kind'][]
): readonly string[] {
  const { length } = outcomes.filter(({ kind }) => kinds.includes(kind));
  return length === 0 ? [] : [l10n.t('Not processed: {0}.', length)];
}
