import { setTimeout as sleep } from 'node:timers/promises';
import { errnoOf } from '../errors/fileErrors';

/** Virus scanners and indexers on Windows open a file for a moment, ms. */
const waitsMs = [10, 50, 200];

/**
 * Does something with a file that another program may have open for a moment: retries for a quarter of a second.
 *
 * @param held the system's error codes that may mean so
 */
export async function retryWhileBusy<T>(
  action: () => Promise<T>,
  held: readonly string[] = ['EPERM', 'EACCES', 'EBUSY'],
): Promise<T> {
  for (const waitMs of waitsMs) {
    try {
      return await action();
    } catch (error) {
      if (!held.includes(errnoOf(error) ?? '')) {
        throw error;
      }
      await sleep(waitMs);
    }
  }
  return action();
}
