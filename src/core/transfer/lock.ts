import { randomUUID } from 'node:crypto';
import { rm, utimes } from 'node:fs/promises';
import { CodedError } from '../errors/catalogue';
import { createLock, isOwnerAlive, readOwner, breakStaleLock } from './lockFile';
import { realTiming, type Timing } from './timing';

export interface LockOptions {
  /** A holder that lives shows it so often, ms. */
  readonly beatMs?: number;
  readonly timing?: Timing;
}

/** Two beats and a half: a holder that shows none in that time is dead, or its process id has become another's. */
const beatsToWatch = 2.5;
const normalBeatMs = 2_000;
/** For a mere look: one that has shown none for so long is taken for dead, ms. */
const oldMs = 15_000;
const mostTries = 5;

/**
 * A lock file that a dead process does not keep: the process that it names must live, and must also show a beat, since
 * a process id is given away again. A beat is watched for rather than computed from the clock, which jumps when a
 * laptop wakes.
 */
export class TransferLock {
  readonly #beating: NodeJS.Timeout;
  #onLost: () => void = () => undefined;
  #isLost = false;
  #isReleased = false;

  private constructor(
    private readonly file: string,
    private readonly token: string,
    beatMs: number,
  ) {
    this.#beating = setInterval(() => void this.#beat(), beatMs).unref();
  }

  /** @throws CodedError `transfer.busy` when somebody else has it */
  static async acquire(
    file: string,
    { beatMs = normalBeatMs, timing = realTiming }: LockOptions = {},
    signal?: AbortSignal,
  ): Promise<TransferLock> {
    const token = randomUUID();
    for (let tries = 0; tries < mostTries; tries++) {
      if (await createLock(file, token)) {
        return new TransferLock(file, token, beatMs);
      }
      const holder = await readOwner(file);
      if (holder === undefined) {
        continue;
      }
      if (isOwnerAlive(holder)) {
        await timing.wait(beatMs * beatsToWatch, signal);
        const later = await readOwner(file);
        if (
          later !== undefined &&
          (later.token !== holder.token || later.beatAt !== holder.beatAt)
        ) {
          break;
        }
      }
      await breakStaleLock(file, holder, token);
    }
    throw new CodedError('transfer.busy');
  }

  /** A look without waiting. */
  static async isHeld(file: string): Promise<boolean> {
    const holder = await readOwner(file);
    return holder !== undefined && isOwnerAlive(holder) && Date.now() - holder.beatAt < oldMs;
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  /** Told when somebody has taken the lock away, which happens when this process did not run for long. */
  onLost(listener: () => void): void {
    this.#onLost = listener;
  }

  /** A file that cannot be removed now shows no beat any more, so the next who comes takes it. */
  async release(): Promise<void> {
    this.#isReleased = true;
    clearInterval(this.#beating);
    try {
      if ((await readOwner(this.file))?.token === this.token) {
        await rm(this.file, { force: true, maxRetries: 3 });
      }
    } catch {
      // Whether a transfer has succeeded does not depend on it.
    }
  }

  async #beat(): Promise<void> {
    try {
      const holder = await readOwner(this.file);
      if (holder?.token === this.token) {
        const now = new Date();
        await utimes(this.file, now, now);
        return;
      }
      if (this.#isReleased) {
        return;
      }
      // Nobody has it: somebody has swept the folder.
      if (holder !== undefined || !(await createLock(this.file, this.token))) {
        this.#lose();
      }
    } catch {
      // A disk that does not answer now may at the next beat; who takes the lock meanwhile is seen then.
    }
  }

  #lose(): void {
    clearInterval(this.#beating);
    this.#isLost = true;
    this.#onLost();
  }
}
