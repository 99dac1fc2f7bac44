import { link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import { errnoOf } from '../../errors/fileErrors';

/** Content and time of the lock file. */
export interface LockOwner {
  readonly token: string;
  readonly pid?: number;
  readonly host?: string;
  /** Time of the last heartbeat, ms since 1970. */
  readonly heartbeatAt: number;
}

/** @returns false when the lock file exists already */
export async function createLock(file: string, token: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(JSON.stringify({ token, pid: process.pid, host: os.hostname() }));
    } catch (error) {
      // A lock without an owner would make the next one wait.
      await rm(file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

/** The owner of the lock; without a process id when the file is incomplete, undefined when there is no file. */
export async function readOwner(file: string): Promise<LockOwner | undefined> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
    return { token: '', ...parse(text), heartbeatAt: mtimeMs };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

function parse(text: string): Partial<LockOwner> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** False when it is certain that the owner's process has ended. */
export function isOwnerAlive({ pid, host }: LockOwner): boolean {
  // A process of another host, as of a container that shares the folder, cannot be seen from here.
  if (pid === undefined || host !== os.hostname()) {
    return true;
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) !== 'ESRCH';
  }
}

/** Removes the file of a dead owner. Only one of several callers succeeds; a live owner's file is put back. */
export async function breakStaleLock(file: string, dead: LockOwner, token: string): Promise<void> {
  const taken = `${file}.${token}`;
  try {
    await rename(file, taken);
    if ((await readOwner(taken))?.token !== dead.token) {
      await link(taken, file);
    }
  } catch (error) {
    if (!['ENOENT', 'EEXIST', 'EPERM', 'EACCES', 'EBUSY'].includes(errnoOf(error) ?? '')) {
      throw error;
    }
  } finally {
    await rm(taken, { force: true });
  }
}
