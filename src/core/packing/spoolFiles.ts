import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf } from '../errors/fileErrors';

/** The process's id is in the name, so that a sweep can tell what another window still needs. */
const nameOfSpool = /^packing-(\d+)-[0-9a-f]+\.tmp$/;

export function newSpoolName(): string {
  return `packing-${process.pid}-${randomBytes(8).toString('hex')}.tmp`;
}

/** True for a temporary file of ours, which is never packed. */
export function isSpoolName(name: string): boolean {
  return nameOfSpool.test(name);
}

/** Removes the temporary files of processes that are no more. To be called once at start. */
export async function sweepSpools(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const pid = nameOfSpool.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) {
      await rm(path.join(folder, name), { force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not ours to signal is alive, too.
    return errnoOf(error) === 'EPERM';
  }
}
