import { access, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { toReadError, errnoOf } from '../../errors/fileErrors';
import { retryWhileBusy } from '../../util/fileRetry';
import { writeFileAtomic } from '../../util/atomicFile';
import {
  formatCheckpoint,
  parseCheckpoint,
  parseUploadReference,
  type Checkpoint,
  type UploadReference,
} from './checkpoint';
import { checkpointSuffix } from './storageFiles';
import { TransferLock, type LockOptions, type LockState } from './lock';

/** Another program has the file open, or this process has too many open files. */
const transientCodes = ['EPERM', 'EACCES', 'EBUSY', 'EMFILE', 'ENFILE'];

/** The checkpoints on disk, one file each, in a folder that all windows share. */
export class CheckpointStore {
  constructor(
    private readonly folder: string,
    private readonly lockOptions: LockOptions = {},
  ) {}

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

  /** Also false when that cannot be found out now: a small file does not need its old checkpoint, which is left. */
  async has(id: string): Promise<boolean> {
    return access(this.#file(id)).then(
      () => true,
      () => false,
    );
  }

  /**
   * Undefined when there is no checkpoint, 'unreadable' when its content is not valid for this version.
   * @throws CodedError `source.notReadable` or `source.inUse` when the file cannot be read now: treating that as absent
   * would lose the upload ID by which its parts can be removed
   */
  async read(id: string): Promise<Checkpoint | 'unreadable' | undefined> {
    const text = await this.#readText(id);
    return text === undefined ? undefined : (parseCheckpoint(text) ?? 'unreadable');
  }

  /** The multipart upload of an unreadable checkpoint, if it can still be found out. @throws as `read` */
  async readUploadReference(id: string): Promise<UploadReference | undefined> {
    return parseUploadReference((await this.#readText(id)) ?? '');
  }

  async write(id: string, checkpoint: Checkpoint): Promise<void> {
    await writeFileAtomic(this.#file(id), formatCheckpoint(checkpoint));
  }

  async delete(id: string): Promise<void> {
    await rm(this.#file(id), { force: true });
  }

  /**
   * Locks a transfer for this window until the lock is released.
   * @throws CodedError `transfer.busy` when another window, or another transfer here, holds the lock
   */
  async lock(id: string, signal?: AbortSignal): Promise<TransferLock> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    return TransferLock.acquire(this.#lockFile(id), this.lockOptions, signal);
  }

  lockState(id: string): Promise<LockState> {
    return TransferLock.stateOf(this.#lockFile(id));
  }

  async #readText(id: string): Promise<string | undefined> {
    const file = this.#file(id);
    try {
      return await retryWhileBusy(() => readFile(file, 'utf8'), transientCodes);
    } catch (error) {
      if (isMissing(error)) {
        return undefined;
      }
      throw toReadError(error, file);
    }
  }

  #file(id: string): string {
    return path.join(this.folder, id + checkpointSuffix);
  }

  #lockFile(id: string): string {
    return path.join(this.folder, `${id}.lock`);
  }
}

/** The file or the folder does not exist. */
function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '');
}
