import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { toWriteError } from '../errors/fileErrors';
import { retryWhileBusy } from '../util/fileRetry';
import { isProcessAlive } from '../util/processes';

/** Contains the process id, so that files that another window still needs are not removed. */
const tempFileName = /^packing-(\d+)-[0-9a-f]+\.tmp$/;

export function newPackingFile(folder: string): string {
  return path.join(folder, `packing-${process.pid}-${randomBytes(8).toString('hex')}.tmp`);
}

/**
 * Creates the folder for temporary files. Only its owner may open it, because they contain the packed files.
 *
 * @throws CodedError `disk.full`, `disk.notWritable`
 */
export async function makePackingFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // An existing folder may have another mode; some file systems have no modes.
    await chmod(folder, 0o700).catch(() => undefined);
  } catch (error) {
    throw toWriteError(error, folder);
  }
}

/** Does not throw: a file that cannot be removed now is removed at the next start, and the upload does not depend on it. */
export async function removePackingFile(file: string): Promise<void> {
  await retryWhileBusy(() => rm(file, { force: true })).catch(() => undefined);
}

/** Removes the temporary files of processes that have ended. To be called once at start. */
export async function removeStalePackingFiles(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const pid = tempFileName.exec(name)?.[1];
    if (pid !== undefined && !isProcessAlive(Number(pid))) {
      await removePackingFile(path.join(folder, name));
    }
  }
}
