import { open, readFile, rm, stat } from 'node:fs/promises';
import { errnoOf } from '../../errors/fileErrors';
import { writeFileAtomic } from '../../util/atomicFile';
import { isFileBusy, retryWhileBusy } from '../../util/fileRetry';

/** Content and time of the lock file. */
interface LockOwner {
  /** The owner's `processMark`; incomplete when it was killed while it wrote the file. */
  readonly token: string;
  /** Time of the last heartbeat, ms since 1970. */
  readonly heartbeatAt: number;
}

/**
 * @returns false when the lock file exists already
 * @throws the system's error when it cannot be created; on Windows, a name cannot be used while the file that had it is
 * being deleted, which is waited for
 */
export async function createLock(file: string, token: string): Promise<boolean> {
  try {
    const handle = await retryWhileBusy(() => open(file, 'wx', 0o600));
    try {
      await handle.writeFile(token);
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

/** The owner of the lock; undefined when there is no file. */
export async function readOwner(file: string): Promise<LockOwner | undefined> {
  try {
    const [token, { mtimeMs }] = await retryWhileBusy(() =>
      Promise.all([readFile(file, 'utf8'), stat(file)]),
    );
    return { token, heartbeatAt: mtimeMs };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/** Removes the lock, unless it has become another's. Does nothing when another program has it open. */
export async function removeLock(file: string, token: string): Promise<void> {
  await ignoreBusy(async () => {
    if ((await readOwner(file))?.token === token) {
      await rm(file, { force: true, maxRetries: 3 });
    }
  });
}

/** Takes the lock of a dead owner. Does nothing when another program has it open. */
export async function replaceLock(file: string, token: string): Promise<void> {
  await ignoreBusy(() => writeFileAtomic(file, token));
}

async function ignoreBusy(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!isFileBusy(error)) {
      throw error;
    }
  }
}
