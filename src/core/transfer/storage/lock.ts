import { open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { CodedError } from '../../errors/catalogue';
import { errnoOf } from '../../errors/fileErrors';
import { writeFileAtomic } from '../../util/atomicFile';
import { isFileBusy, retryWhileBusy } from '../../util/fileRetry';
import { hasEnded, processMark } from '../../util/processes';
import { realTiming, type Timing } from '../../util/timing';

export interface LockOptions {
  /** Interval of the owner's heartbeat, ms. */
  readonly heartbeatMs?: number;
  readonly timing?: Timing;
}

/** An owner without a heartbeat for this many intervals is dead, or another process has its process id now. */
const heartbeatsToWatch = 2.5;
const defaultHeartbeatMs = 2_000;
/** `stateOf` regards an owner as silent after this time without a heartbeat, ms. */
const silentMs = 15_000;
const maxAttempts = 8;
/** Whoever takes the lock of a dead owner waits for so long whether another does at the same moment, ms. */
const settleMs = 250;

/**
 * What is known of a lock without waiting. The owner of a `silent` one may exist, but has had no heartbeat lately: it is
 * dead, or the computer has just woken up.
 */
export type LockState = 'free' | 'held' | 'silent';

/**
 * A lock file that does not outlive its process. The owner's process must exist and must also update the file's time (its
 * heartbeat), because process ids are reused. A new heartbeat is waited for instead of computing the age from the clock,
 * which jumps when a laptop wakes up.
 */
export class TransferLock {
  readonly #timer: NodeJS.Timeout;
  #onLost: () => void = () => undefined;
  #isLost = false;
  #isReleased = false;

  private constructor(
    private readonly file: string,
    private readonly token: string,
    heartbeatMs: number,
  ) {
    this.#timer = setInterval(() => void this.#heartbeat(), heartbeatMs).unref();
  }

  /** @throws CodedError `transfer.busy` when another owner holds the lock */
  static async acquire(
    file: string,
    { heartbeatMs = defaultHeartbeatMs, timing = realTiming }: LockOptions = {},
    signal?: AbortSignal,
  ): Promise<TransferLock> {
    const token = processMark();
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      if (await createLock(file, token)) {
        return new TransferLock(file, token, heartbeatMs);
      }
      const owner = await readOwner(file);
      if (owner === undefined) {
        continue;
      }
      if (!hasEnded(owner.token)) {
        await timing.wait(heartbeatMs * heartbeatsToWatch, signal);
        const later = await readOwner(file);
        if (later === undefined) {
          continue;
        }
        if (later.token !== owner.token || later.heartbeatAt !== owner.heartbeatAt) {
          break;
        }
      }
      // Of several that take the lock of a dead owner at the same moment, the last one has it. One that needs longer than
      // `settleMs` for its write replaces the lock of another, who notices it at the next heartbeat and stops.
      await writeFileAtomic(file, token).catch(ignoreBusy);
      await timing.wait(settleMs, signal);
      if ((await readOwner(file))?.token === token) {
        return new TransferLock(file, token, heartbeatMs);
      }
    }
    throw new CodedError('transfer.busy');
  }

  static async stateOf(file: string): Promise<LockState> {
    const owner = await readOwner(file);
    if (owner === undefined || hasEnded(owner.token)) {
      return 'free';
    }
    return Date.now() - owner.heartbeatAt < silentMs ? 'held' : 'silent';
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  /** The listener is called when another owner took the lock, as after this process was suspended for long. */
  onLost(listener: () => void): void {
    this.#onLost = listener;
  }

  /**
   * A file that cannot be removed now has no heartbeat any more, so the next owner takes it over. One that takes it over
   * between the check and the removal, as after this process was suspended, creates it again at its next heartbeat.
   */
  async release(): Promise<void> {
    this.#isReleased = true;
    clearInterval(this.#timer);
    try {
      if ((await readOwner(this.file))?.token === this.token) {
        await rm(this.file, { force: true, maxRetries: 3 });
      }
    } catch {
      // The result of the transfer does not depend on it.
    }
  }

  async #heartbeat(): Promise<void> {
    try {
      const owner = await readOwner(this.file);
      if (owner?.token === this.token) {
        const now = new Date();
        await utimes(this.file, now, now);
        return;
      }
      if (this.#isReleased) {
        return;
      }
      // The file is missing: someone has emptied the folder.
      if (owner !== undefined || !(await createLock(this.file, this.token))) {
        clearInterval(this.#timer);
        this.#isLost = true;
        this.#onLost();
      }
    } catch {
      // The disk may be available again at the next heartbeat, which also notices another owner.
    }
  }
}

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
async function createLock(file: string, token: string): Promise<boolean> {
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
async function readOwner(file: string): Promise<LockOwner | undefined> {
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

/** Another program has the lock open; then the next attempt may succeed. */
function ignoreBusy(error: unknown): void {
  if (!isFileBusy(error)) {
    throw error;
  }
}
