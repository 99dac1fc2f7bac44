import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf } from '../errors/fileErrors';
import type { Log } from './log';
import { hasEnded, markPattern } from './processes';

/** A lock has the mark of its owner in its text. A new owner that writes it at that moment creates it again. */
const lockSuffix = '.lock';
/** A name that ends with the mark of a process, but for an extension; or a lock. */
const temporary = new RegExp(`${markPattern.source}(?:\\.[a-z]+)?$|\\${lockSuffix}$`);

/**
 * An older file is removed even if its owner may still run: it is of another computer that shares the folder, or another
 * process has its id now; ms.
 */
const defaultMaxAgeMs = 7 * 24 * 3600_000;

/** A folder of temporary files, each named with a `processMark`, and of locks. */
export interface LeftoverFolder {
  readonly folder: string;
  /** An older file is removed in any case, ms. Default: a week. */
  readonly maxAgeMs?: number;
  /**
   * Removes a file; a record of another file removes that as well. Default: removes only the file.
   * @param isOld whether the file is older than `maxAgeMs`
   */
  readonly remove?: (file: string, isOld: boolean) => Promise<void>;
}

/** Removes the temporary files in a folder whose processes have ended. Does not throw. */
export async function removeLeftovers(
  {
    folder,
    maxAgeMs = defaultMaxAgeMs,
    remove = (file) => rm(file, { force: true }),
  }: LeftoverFolder,
  log: Log,
): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((each) => temporary.test(each))) {
    const file = path.join(folder, name);
    try {
      const isOld = Date.now() - (await stat(file)).mtimeMs > maxAgeMs;
      if (isOld || hasEnded(name.endsWith(lockSuffix) ? await readFile(file, 'utf8') : name)) {
        await remove(file, isOld);
      }
    } catch (error) {
      // ENOENT: another window was faster.
      if (errnoOf(error) !== 'ENOENT') {
        log.warn(`a temporary file could not be removed: ${String(error)}`);
      }
    }
  }
}
