import { randomBytes } from 'node:crypto';
import { link, open, rename, rm, stat, statfs, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { CodedError } from '../../errors/catalogue';
import { errnoOf, toWriteError } from '../../errors/fileErrors';
import { retryWhileBusy } from '../../util/fileRetry';
import type { DownloadSink } from './downloadJob';

/** Gives the room on the disk of a folder, bytes; undefined when the system does not say. */
export type FreeSpace = (folder: string) => Promise<number | undefined>;

export const freeDiskSpace: FreeSpace = async (folder) => {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
};

/** No hard links on this disk: FAT, some network drives. `EISDIR` is what Windows' "invalid function" becomes. */
const noLinks: readonly string[] = [
  ...['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL', 'EXDEV', 'EISDIR'],
];

/**
 * A file on its way: it stands beside its target under a name of its own, and takes the target's name only when it
 * is whole. So nobody ever sees half a file under the right name.
 */
export class TemporaryFile implements DownloadSink {
  private constructor(
    private readonly target: string,
    private readonly temporary: string,
    private readonly handle: FileHandle,
    private readonly roomOf: FreeSpace,
  ) {}

  /**
   * @param target absolute path
   * @throws CodedError `disk.fileExists` unless it may be overwritten, `disk.notWritable`, `disk.full`
   */
  static async create(
    target: string,
    overwrite: boolean,
    roomOf: FreeSpace,
  ): Promise<TemporaryFile> {
    const standing = await stat(target).catch(() => undefined);
    if (standing?.isDirectory() === true) {
      throw new CodedError('disk.notWritable', { subject: target, detail: 'EISDIR' });
    }
    if (standing !== undefined && !overwrite) {
      throw new CodedError('disk.fileExists', { subject: target });
    }
    const temporary = `${target}.${randomBytes(4).toString('hex')}.part`;
    try {
      return new TemporaryFile(target, temporary, await open(temporary, 'wx'), roomOf);
    } catch (error) {
      throw toWriteError(error, target);
    }
  }

  /** @throws CodedError `disk.full` when the disk has no room for so many bytes */
  async begin(bytes: number): Promise<void> {
    const room = await this.roomOf(path.dirname(this.target));
    if (room !== undefined && room < bytes) {
      throw new CodedError('disk.full', { subject: this.target, bytes });
    }
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;) {
        const rest = bytes.length - done;
        done += (await this.handle.write(bytes, done, rest, position + done)).bytesWritten;
      }
    } catch (error) {
      throw toWriteError(error, this.target);
    }
  }

  /**
   * Gives the file its name.
   *
   * @throws CodedError `disk.fileExists` when a file of that name has come in the meantime and may not be overwritten
   */
  async finish(overwrite: boolean): Promise<void> {
    try {
      await this.handle.datasync();
      await this.handle.close();
      if (overwrite || !(await this.#linked())) {
        await retryWhileBusy(() => rename(this.temporary, this.target));
      } else {
        await rm(this.temporary, { force: true }).catch(() => undefined);
      }
    } catch (error) {
      throw toWriteError(error, this.target);
    }
  }

  /** Removes what there is. */
  async discard(): Promise<void> {
    await this.handle.close().catch(() => undefined);
    // Whoever discards throws the reason already; that a scanner holds the file for a moment must not hide it.
    await rm(this.temporary, { force: true, maxRetries: 3 }).catch(() => undefined);
  }

  /** A link, unlike a rename, never takes the place of another file. @returns false where there are no links */
  async #linked(): Promise<boolean> {
    try {
      await retryWhileBusy(() => link(this.temporary, this.target), ['EACCES', 'EBUSY']);
      return true;
    } catch (error) {
      const code = errnoOf(error) ?? '';
      const exists = code === 'EEXIST' || (await stat(this.target).catch(() => undefined));
      if (exists) {
        throw new CodedError('disk.fileExists', { subject: this.target }, { cause: error });
      }
      if (noLinks.includes(code)) {
        return false;
      }
      throw error;
    }
  }
}
