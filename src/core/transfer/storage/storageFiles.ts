import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** Suffix of checkpoint files. */
export const checkpointSuffix = '.checkpoint.json';
/** Suffix of the files of finished transfers. */
export const historySuffix = '.finished.json';

/** Whether earlier windows have stored transfers, according to the file names alone. */
export interface StoredTransfers {
  readonly interrupted: boolean;
  readonly finished: boolean;
}

/** Lists the storage folder, so that the transfer code is not loaded when there is nothing to show. */
export async function peekStoredTransfers(folder: string): Promise<StoredTransfers> {
  const names = await namesIn(folder);
  return {
    interrupted: names.some((name) => name.endsWith(checkpointSuffix)),
    finished: names.some((name) => name.endsWith(historySuffix)),
  };
}

/** Temporary files and locks that remain when a window is killed or the disk is full. */
const leftover = /[.][0-9a-f-]{36}(?:[.]tmp)?$|[.]lock$/;
/** Files in use are younger than this, ms. */
const leftoverAgeMs = 60_000;

/** Removes temporary files and locks that are no longer in use. One that cannot be removed is tried again next time. */
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
      // Another window was faster, or the disk is not available.
    }
  }
}

function idOf(name: string): string {
  return name.slice(0, name.indexOf('.'));
}

/** Empty when the folder cannot be read. */
async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}
