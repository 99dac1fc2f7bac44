import type { Transfer } from '../../core/transfer/manager';

const places = {
  running: 0,
  otherWindow: 2,
  interrupted: 3,
  done: 4,
  failed: 4,
  cancelled: 4,
} as const;

/** Where in the list a transfer belongs: what runs, what waits for a decision, what has ended. */
export function sortRank({ state, progress }: Transfer): number {
  const waitsForItsTurn = state === 'running' && progress === undefined;
  return waitsForItsTurn ? 1 : places[state];
}

/** Top to bottom; in one place the youngest first. */
export function sortTransfers(transfers: Iterable<Transfer>): readonly Transfer[] {
  return [...transfers].sort((a, b) => sortRank(a) - sortRank(b) || b.since - a.since);
}

/** True when nothing of it is left to do, so that it may be cleared. */
export function isFinished(transfer: Transfer): boolean {
  return sortRank(transfer) === places.done;
}
