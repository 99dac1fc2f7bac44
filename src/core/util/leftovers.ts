import { createHash, randomBytes } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { errnoOf } from '../errors/fileErrors';
import type { Log } from './log';
import { isProcessAlive } from './processes';

const host = createHash('sha256').update(os.hostname()).digest('hex').slice(0, 8);
/** After a restart in a container, a process that was killed may have had our process id. */
const run = randomBytes(4).toString('hex');

/** What `temporaryName` gives, at the end of a name or before its extension; or a lock, whose owner is in its text. */
const temporary = /(?:(?<![0-9a-f])(\d{1,10})-([0-9a-f]{32})(?:\.[a-z]+)?|\.lock)$/;

/**
 * An older file is removed even if its owner may still run: it is of another computer that shares the folder, or another
 * process has its id now; ms.
 */
const defaultMaxAgeMs = 7 * 24 * 3600_000;

/** A name for a temporary file, which nobody can guess. It says whose the file is: that of a killed process is removed. */
export function temporaryName(): string {
  return `${process.pid}-${host}${run}${randomBytes(8).toString('hex')}`;
}

/** A folder of temporary files. */
export interface LeftoverFolder {
  readonly folder: string;
  /** How old a file may become, ms. Default: a week. */
  readonly maxAgeMs?: number;
  /** Removes a file, and maybe what it stands for. @param isOld whether the file is older than it may become */
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
  for (const name of await readdir(folder).catch(() => [])) {
    const match = temporary.exec(name);
    if (match !== null) {
      const file = path.join(folder, name);
      try {
        const isOld = Date.now() - (await stat(file)).mtimeMs > maxAgeMs;
        if (isOld || hasEnded(match[1], match[2])) {
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
}

/** True when it is certain that the process has ended that made a file. */
function hasEnded(pid: string | undefined, id = ''): boolean {
  return (
    id.startsWith(host) &&
    (Number(pid) === process.pid ? !id.startsWith(host + run) : !isProcessAlive(Number(pid)))
  );
}
