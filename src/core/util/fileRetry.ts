import { setTimeout as sleep } from 'node:timers/promises';
import { errnoOf } from '../errors/fileErrors';

/** Virus scanners, indexers and other windows have a file open for a moment, ms. */
const waitsMs = [10, 20, 40, 80, 100, 100, 150, 200, 300];

/** What Windows reports while another program has a file open, or while a file is being deleted. */
const busyCodes: readonly string[] = ['EPERM', 'EACCES', 'EBUSY'];

/** Whether another program may have the file open. It may also be that the permission is missing. */
export function isFileBusy(error: unknown): boolean {
  return busyCodes.includes(errnoOf(error) ?? '');
}

/**
 * Does something with a file that another program may have open for a moment: retries for about a second.
 *
 * @param busy the system's error codes that may mean so
 */
export async function retryWhileBusy<T>(
  action: () => Promise<T>,
  busy: readonly string[] = busyCodes,
): Promise<T> {
  for (const waitMs of waitsMs) {
    try {
      return await action();
    } catch (error) {
      if (!busy.includes(errnoOf(error) ?? '')) {
        throw error;
      }
      await sleep(waitMs);
    }
  }
  return action();
}
