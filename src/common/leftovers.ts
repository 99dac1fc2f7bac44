import { removeLeftovers, type LeftoverFolder } from '../core/util/leftovers';
import type { Disposable } from '../core/util/disposable';
import type { Log } from '../core/util/log';

/** After the start; twice, because a window that is being killed may still have been closing. ms */
const delaysMs = [5_000, 30_000];

/** Removes what windows that were killed have left in these folders. */
export function removeLeftoversLater(folders: readonly LeftoverFolder[], log: Log): Disposable {
  const timers = delaysMs.map((delayMs) =>
    setTimeout(() => folders.forEach((each) => void removeLeftovers(each, log)), delayMs).unref(),
  );
  return { dispose: () => timers.forEach((timer) => clearTimeout(timer)) };
}
