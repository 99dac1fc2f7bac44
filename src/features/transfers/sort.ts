import type { Transfer } from '../../core/transfer/manager';

const ranks = {
  running: 0,
  otherWindow: 2,
  interrupted: 3,
  done: 4,
  failed: 4,
  cancelled: 4,
} as const;

/** Position in the list: running, then waiting for a decision, then finished. */
export function sortRank({ state, progress }: Transfer): number {
  const isQueued = state === 'running' && progress === undefined;
  return isQueued ? 1 : ranks[state];
}

/** Top to bottom; the latest first within a rank. */
export function sortTransfers(transfers: Iterable<Transfer>): readonly Transfer[] {
  return [...transfers].sort((a, b) => sortRank(a) - sortRank(b) || b.since - a.since);
}
