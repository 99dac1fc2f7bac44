import { randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import os from 'node:os';
import { CodedError } from '../errors';
import { systemCode } from '../fileFaults';
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

/** What stands in the lock file. */
interface Holder {
  readonly token: string;
  readonly pid?: number;
  readonly host?: string;
  /** Time of the last beat, ms since 1970. */
  readonly beatAt: number;
}

/**
 * A lock file that a dead process does not keep: the process that it names must live, and must also show a beat, since
 * a process id is given away again. A beat is watched for rather than computed from the clock, which jumps when a
 * laptop wakes.
 */
export class TransferLock {
  readonly #beating: NodeJS.Timeout;
  #onLost: () => void = () => undefined;
  #isLost = false;

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
      if (await create(file, token)) {
        return new TransferLock(file, token, beatMs);
      }
      const holder = await read(file);
      if (holder === undefined) {
        continue;
      }
      if (mayLive(holder)) {
        await timing.wait(beatMs * beatsToWatch, signal);
        const later = await read(file);
        if (
          later !== undefined &&
          (later.token !== holder.token || later.beatAt !== holder.beatAt)
        ) {
          break;
        }
      }
      await takeAway(file, holder, token);
    }
    throw new CodedError('transfer.busy');
  }

  /** A look without waiting. */
  static async isHeld(file: string): Promise<boolean> {
    const holder = await read(file);
    return holder !== undefined && mayLive(holder) && Date.now() - holder.beatAt < oldMs;
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  /** Told when somebody has taken the lock away, which happens when this process did not run for long. */
  onLost(listener: () => void): void {
    this.#onLost = listener;
  }

  async release(): Promise<void> {
    clearInterval(this.#beating);
    if ((await read(this.file))?.token === this.token) {
      await rm(this.file, { force: true });
    }
  }

  async #beat(): Promise<void> {
    try {
      if ((await read(this.file))?.token === this.token) {
        const now = new Date();
        await utimes(this.file, now, now);
        return;
      }
    } catch {
      // Not to be read or not to be touched: not ours to rely on.
    }
    clearInterval(this.#beating);
    this.#isLost = true;
    this.#onLost();
  }
}

/** @returns false when there is one already */
async function create(file: string, token: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(JSON.stringify({ token, pid: process.pid, host: os.hostname() }));
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

/** One that is not whole has just been created, or never will be: its time tells which. */
async function read(file: string): Promise<Holder | undefined> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
    return { token: '', ...parse(text), beatAt: mtimeMs };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

function parse(text: string): Partial<Holder> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** False when it is certain that the holder's process has ended. */
function mayLive({ pid, host }: Holder): boolean {
  // A process of another host, as of a container that shares the folder, cannot be seen from here.
  if (pid === undefined || host !== os.hostname()) {
    return true;
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== 'ESRCH';
  }
}

/** Removes a dead holder's file. Of several who try, one gets it; who got a living one by that puts it back. */
async function takeAway(file: string, dead: Holder, token: string): Promise<void> {
  const taken = `${file}.${token}`;
  try {
    await rename(file, taken);
    if ((await read(taken))?.token !== dead.token) {
      await link(taken, file);
    }
  } catch (error) {
    if (!['ENOENT', 'EEXIST', 'EPERM', 'EACCES', 'EBUSY'].includes(systemCode(error) ?? '')) {
      throw error;
    }
  } finally {
    await rm(taken, { force: true });
  }
}
