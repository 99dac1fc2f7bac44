import { link, open, rename, rm, stat, statfs, writeFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { CodedError } from '../../errors/catalogue';
import { errnoOf, toWriteError } from '../../errors/fileErrors';
import { isFileBusy, retryWhileBusy } from '../../util/fileRetry';

/** Returns the free space on the disk of a folder, bytes; undefined when it cannot be determined. */
export type FreeSpace = (folder: string) => Promise<number | undefined>;

export const freeDiskSpace: FreeSpace = async (folder) => {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
};

/** The disk has no hard links, like FAT and some network drives. `EISDIR` is Node's code for Windows' "invalid function". */
const noLinks: readonly string[] = [
  ...['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL', 'EXDEV', 'EISDIR'],
];

export interface PartialDownloadOptions {
  /** Absolute path of the finished file. */
  readonly target: string;
  /** Absolute path in the same folder. */
  readonly temporary: string;
  readonly overwrite: boolean;
  readonly freeSpace: FreeSpace;
}

/**
 * Receives a download in a file next to the target, which is renamed to the target when it is complete. So a file of
 * that name is never incomplete.
 */
export class PartialDownload {
  private constructor(
    private readonly options: PartialDownloadOptions,
    private readonly handle: FileHandle,
    /** Mode of the finished file. */
    private readonly mode: number,
  ) {}

  /** @throws CodedError `disk.fileExists` unless it may be overwritten, `disk.notWritable`, `disk.full` */
  static async create(options: PartialDownloadOptions): Promise<PartialDownload> {
    const { target, temporary, overwrite } = options;
    const existing = await stat(target).catch(() => undefined);
    if (existing?.isDirectory() === true) {
      throw new CodedError('disk.notWritable', { subject: target, detail: 'EISDIR' });
    }
    if (existing !== undefined && !overwrite) {
      throw new CodedError('disk.fileExists', { subject: target });
    }
    try {
      const handle = await open(temporary, 'wx');
      const { mode } = existing ?? (await handle.stat());
      // Some file systems have no modes.
      await handle.chmod(0o600).catch(() => undefined);
      return new PartialDownload(options, handle, mode & 0o777);
    } catch (error) {
      throw toWriteError(error, target);
    }
  }

  /** To be called before the first write. @throws CodedError `disk.full` when the disk does not have this many free bytes */
  async begin(bytes: number): Promise<void> {
    const { target, freeSpace } = this.options;
    const free = await freeSpace(path.dirname(target));
    if (free !== undefined && free < bytes) {
      throw new CodedError('disk.full', { subject: target, bytes });
    }
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;) {
        const rest = bytes.length - done;
        done += (await this.handle.write(bytes, done, rest, position + done)).bytesWritten;
      }
    } catch (error) {
      throw toWriteError(error, this.options.target);
    }
  }

  /**
   * Gives the complete file its name.
   *
   * @throws CodedError `disk.fileExists` when a file of that name has appeared in the meantime and may not be overwritten
   */
  async finish(): Promise<void> {
    const { target, temporary, overwrite } = this.options;
    try {
      await this.handle.datasync();
      // Some file systems have no modes.
      await this.handle.chmod(this.mode).catch(() => undefined);
      await this.handle.close();
      await markAsDownloaded(temporary);
      if (overwrite || !(await this.#link())) {
        await this.#rename();
      } else {
        await rm(temporary, { force: true }).catch(() => undefined);
      }
      await removeMark(temporary);
    } catch (error) {
      throw toWriteError(error, target);
    }
  }

  async discard(): Promise<void> {
    const { temporary } = this.options;
    await this.handle.close().catch(() => undefined);
    // A failure to remove the file must not hide the error for which the download is discarded.
    await retryWhileBusy(() => rm(temporary, { force: true })).catch(() => undefined);
    await removeMark(temporary);
  }

  async #rename(): Promise<void> {
    const { target, temporary } = this.options;
    try {
      await retryWhileBusy(() => rename(temporary, target));
    } catch (error) {
      // The folder is writable, as the temporary file shows.
      throw isFileBusy(error)
        ? new CodedError(
            'disk.inUse',
            { subject: target, detail: errnoOf(error) },
            { cause: error },
          )
        : error;
    }
  }

  /** A link, unlike a rename, never replaces another file. @returns false where there are no links */
  async #link(): Promise<boolean> {
    const { target, temporary } = this.options;
    try {
      await retryWhileBusy(() => link(temporary, target), ['EACCES', 'EBUSY']);
      return true;
    } catch (error) {
      const code = errnoOf(error) ?? '';
      const exists = code === 'EEXIST' || (await stat(target).catch(() => undefined));
      if (exists) {
        throw new CodedError('disk.fileExists', { subject: target }, { cause: error });
      }
      if (noLinks.includes(code)) {
        return false;
      }
      throw error;
    }
  }
}

/** The stream of a file in which Windows records where it came from. */
const markOf = (file: string): string => `${file}:Zone.Identifier`;

/** On a disk without streams, such as one of WSL, the mark is a file of its own, which stays when the other is renamed. */
async function removeMark(file: string): Promise<void> {
  if (process.platform === 'win32') {
    await rm(markOf(file), { force: true }).catch(() => undefined);
  }
}

/**
 * Lets Windows know that a file came from the internet, as browsers do, so that it warns before running it. Best effort:
 * only NTFS has such streams.
 */
export async function markAsDownloaded(
  file: string,
  platform: NodeJS.Platform = process.platform,
): Promise<void> {
  if (platform === 'win32') {
    const mark = '[ZoneTransfer]\r\nZoneId=3\r\n';
    await writeFile(markOf(file), mark).catch(() => undefined);
  }
}
