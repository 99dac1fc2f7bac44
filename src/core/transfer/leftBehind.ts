import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** How the names of the checkpoints' files end. */
export const checkpointSuffix = '.checkpoint.json';
/** The file with the transfers that have ended. */
export const historyName = 'history.json';

/** Whether earlier windows have left anything, told from the names of files alone. */
export interface StoredTransfers {
  readonly interrupted: boolean;
  readonly ended: boolean;
}

/** A cheap look into the storage folder, so that the engine need not be loaded when there is nothing to show. */
export async function peekStoredTransfers(folder: string): Promise<StoredTransfers> {
  const names = await namesIn(folder);
  return {
    interrupted: names.some((name) => name.endsWith(checkpointSuffix)),
    ended: names.includes(historyName),
  };
}

/** What writes and locks leave when a window is killed or a disk is full. */
const leftover = /[.][0-9a-f-]{36}(?:[.]tmp)?$|[.]lock$/;
/** A write or a lock that is in use is younger, ms. */
const leftoverAgeMs = 60_000;

/** Removes temporary files and locks that nothing uses any more. What cannot be removed now stays until next time. */
export async function removeLeftovers(folder: string, now = Date.now()): Promise<void> {
  const names = await namesIn(folder);
  const ids = new Set(names.filter((name) => name.endsWith(checkpointSuffix)).map(idOf));
  for (const name of names) {
    const isLockInUse = name.endsWith('.lock') && ids.has(idOf(name));
    if (!leftover.test(name) || isLockInUse) {
      continue;
    }
    try {
      const file = path.join(folder, name);
      if (now - (await stat(file)).mtimeMs > leftoverAgeMs) {
        await rm(file, { force: true });
      }
    } catch {
      // Another window was faster, or the disk does not answer.
    }
  }
}

function idOf(name: string): string {
  return name.slice(0, name.indexOf('.'));
}

/** A folder that cannot be read holds nothing that could be shown. */
async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}
