import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode } from './fileFaults';

/** Virus scanners and indexers on Windows hold a file for a moment, ms. */
const waitsMs = [10, 50, 200];

/**
 * Does something with a file that another program may hold for a moment: tries again, for a quarter of a second.
 *
 * @param held the system's codes that may mean it
 */
export async function patiently<T>(
  action: () => Promise<T>,
  held: readonly string[] = ['EPERM', 'EACCES', 'EBUSY'],
): Promise<T> {
  for (const waitMs of waitsMs) {
    try {
      return await action();
    } catch (error) {
      if (!held.includes(systemCode(error) ?? '')) {
        throw error;
      }
      await sleep(waitMs);
    }
  }
  return action();
}
