import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { toReadError, errnoOf } from '../errors/fileErrors';
import { retryWhileBusy } from '../util/fileRetry';
import { writeFileAtomic } from '../util/atomicFile';
import { formatCheckpoint, parseCheckpoint, type Checkpoint } from './checkpoint';
import { checkpointSuffix } from './leftBehind';
import { TransferLock, type LockOptions } from './lock';

/** How long a list of what there is counts, ms. */
const listedForMs = 1_000;
/** Another program holds the file, or this process holds too many. */
const momentary = ['EPERM', 'EACCES', 'EBUSY', 'EMFILE', 'ENFILE'];

/** The checkpoints on disk, one file each, in a folder that all windows share. */
export class CheckpointStore {
  #listed: Promise<ReadonlySet<string>> = Promise.resolve(new Set<string>());
  #listedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly folder: string,
    private readonly lockOptions: LockOptions = {},
  ) {}

  /** Ids of all transfers that have a checkpoint. */
  async ids(): Promise<readonly string[]> {
    try {
      const names = await readdir(this.folder);
      return names
        .filter((name) => name.endsWith(checkpointSuffix))
        .map((name) => name.slice(0, -checkpointSuffix.length));
    } catch (error) {
      if (isMissing(error)) {
        return [];
      }
      throw error;
    }
  }

  /**
   * Whether there was one within the last second; many small files would else ask the disk each for itself. False also
   * when the folder cannot be listed now: a small file does not need what was left, which stays.
   */
  async has(id: string): Promise<boolean> {
    // The clock on the wall may be set back, and the list would count for as long.
    if (performance.now() - this.#listedAt > listedForMs) {
      this.#listedAt = performance.now();
      this.#listed = this.ids().then(
        (ids) => new Set(ids),
        () => {
          this.#listedAt = Number.NEGATIVE_INFINITY;
          return new Set();
        },
      );
    }
    return (await this.#listed).has(id);
  }

  /**
   * 'unreadable' for what was read and cannot have been written by this version; undefined when there is none.
   * @throws CodedError `source.notReadable` when it cannot be told now: whoever took that for the end of it would lose
   * the id by which its parts can be found and removed
   */
  async read(id: string): Promise<Checkpoint | 'unreadable' | undefined> {
    const file = this.#file(id);
    let text: string;
    try {
      text = await retryWhileBusy(() => readFile(file, 'utf8'), momentary);
    } catch (error) {
      if (isMissing(error)) {
        return undefined;
      }
      throw toReadError(error, file);
    }
    return parseCheckpoint(text) ?? 'unreadable';
  }

  async write(id: string, checkpoint: Checkpoint): Promise<void> {
    await writeFileAtomic(this.#file(id), formatCheckpoint(checkpoint));
  }

  async delete(id: string): Promise<void> {
    await rm(this.#file(id), { force: true });
  }

  /**
   * Makes a transfer this window's own until the lock is released.
   * @throws CodedError `transfer.busy` when another window, or another transfer here, has it
   */
  async lock(id: string, signal?: AbortSignal): Promise<TransferLock> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    return TransferLock.acquire(this.#lockFile(id), this.lockOptions, signal);
  }

  /** Whether somebody works on the transfer now, as far as a look can tell. */
  isLocked(id: string): Promise<boolean> {
    return TransferLock.isHeld(this.#lockFile(id));
  }

  #file(id: string): string {
    return path.join(this.folder, id + checkpointSuffix);
  }

  #lockFile(id: string): string {
    return path.join(this.folder, `${id}.lock`);
  }
}

/** Where there is no folder, there is no checkpoint. */
function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '');
}
