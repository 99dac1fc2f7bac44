import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from '../fileFaults';
import { writeAtomically } from './atomicFile';
import { formatCheckpoint, parseCheckpoint, type Checkpoint } from './checkpoint';
import { checkpointSuffix } from './leftBehind';
import { TransferLock, type LockOptions } from './lock';

/** How long a list of what there is counts, ms. */
const listedForMs = 1_000;

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

  /** Whether there was one within the last second; many small files would else ask the disk each for itself. */
  async has(id: string): Promise<boolean> {
    if (Date.now() - this.#listedAt > listedForMs) {
      this.#listedAt = Date.now();
      this.#listed = this.ids().then((ids) => new Set(ids));
    }
    return (await this.#listed).has(id);
  }

  /** 'unreadable' for what this version cannot have written; undefined when there is none. */
  async read(id: string): Promise<Checkpoint | 'unreadable' | undefined> {
    try {
      return parseCheckpoint(await readFile(this.#file(id), 'utf8')) ?? 'unreadable';
    } catch (error) {
      return isMissing(error) ? undefined : 'unreadable';
    }
  }

  async write(id: string, checkpoint: Checkpoint): Promise<void> {
    await writeAtomically(this.#file(id), formatCheckpoint(checkpoint));
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
  return ['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '');
}
