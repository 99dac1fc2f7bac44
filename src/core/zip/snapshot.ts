import { constants, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { CodedError } from '../errors/catalogue';
import { errnoOf, toChangedError } from '../errors/fileErrors';
import { retryWhileBusy } from '../util/fileRetry';
import type { FileTreeFile } from './fileTree';

/** Windows has neither flag. To open a pipe without O_NONBLOCK would wait until somebody writes into it. */
const nonBlocking = (constants.O_NONBLOCK as number | undefined) ?? 0;
const noFollow = (constants.O_NOFOLLOW as number | undefined) ?? 0;

/**
 * Opens a file that was listed, and makes sure that it is still that file, unchanged. To be checked again with
 * `assertUnchanged` after it was read.
 *
 * @throws CodedError `source.changed`, `source.notReadable`
 */
export async function openSnapshot(file: FileTreeFile): Promise<FileHandle> {
  let handle: FileHandle | undefined;
  try {
    const flags = constants.O_RDONLY | nonBlocking | (file.isSelected ? 0 : noFollow);
    handle = await retryWhileBusy(() => open(file.path, flags), ['EBUSY']);
    await assertUnchanged(file, handle);
    return handle;
  } catch (error) {
    await handle?.close();
    // A link, or a socket, has taken its place.
    const isReplaced = ['ELOOP', 'EMLINK', 'ENXIO'].includes(errnoOf(error) ?? '');
    throw isReplaced
      ? new CodedError('source.changed', { subject: file.path }, { cause: error })
      : toChangedError(error, file.path);
  }
}

/** @throws CodedError `source.changed` */
export async function assertUnchanged(file: FileTreeFile, handle: FileHandle): Promise<void> {
  const stats = await handle.stat();
  const isSame =
    stats.isFile() &&
    stats.size === file.size &&
    stats.mtimeMs === file.mtimeMs &&
    fileIdOf(stats) === file.fileId;
  if (!isSame) {
    throw new CodedError('source.changed', { subject: file.path });
  }
}

/**
 * Tells one file or folder from all others. Without the disk on Windows: libuv 1.49 and 1.50 (Node 22.12 to 22.16)
 * give a path another number for it than an open file.
 */
export function fileIdOf({ dev, ino }: Pick<Stats, 'dev' | 'ino'>): string {
  return process.platform === 'win32' ? `${ino}` : `${dev}:${ino}`;
}

/** Reads exactly so many bytes. @throws CodedError `source.changed` when the file ends before */
export async function readFully(
  handle: FileHandle,
  length: number,
  position: number,
  file: FileTreeFile,
): Promise<Buffer> {
  const target = Buffer.allocUnsafe(length);
  try {
    for (let done = 0; done < length;) {
      const { bytesRead } = await handle.read(target, done, length - done, position + done);
      if (bytesRead === 0) {
        throw new CodedError('source.changed', { subject: file.path, detail: 'shorter' });
      }
      done += bytesRead;
    }
  } catch (error) {
    throw toChangedError(error, file.path);
  }
  return target;
}
