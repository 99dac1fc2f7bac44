import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { CodedError } from '../errors/catalogue';
import { errnoOf, toChangedError } from '../errors/fileErrors';
import { openForReading, readInto } from '../util/fileReading';
import type { FileTreeFile } from './fileTree';

/**
 * Opens a file that was listed, and makes sure that it is still the same file, unchanged. Check again with `assertUnchanged`
 * after reading.
 *
 * @throws CodedError `source.changed`, `source.notReadable`
 */
export async function openSnapshot(file: FileTreeFile): Promise<FileHandle> {
  let handle: FileHandle | undefined;
  try {
    handle = await openForReading(file.path, file.isSelected);
    await assertUnchanged(file, handle);
    return handle;
  } catch (error) {
    await handle?.close();
    // It was replaced by a link or a socket.
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
 * Identifies a file or folder. Without the device on Windows: libuv 1.49 and 1.50 (Node 22.12 to 22.16) report different
 * device numbers for a path and for an open file.
 */
export function fileIdOf({ dev, ino }: Pick<Stats, 'dev' | 'ino'>): string {
  return process.platform === 'win32' ? `${ino}` : `${dev}:${ino}`;
}

/** Reads exactly `length` bytes. @throws CodedError `source.changed` when the file ends before */
export async function readFully(
  handle: FileHandle,
  length: number,
  position: number,
  file: FileTreeFile,
): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  const bytesRead = await readInto(handle, bytes, position).catch((error: unknown) => {
    throw toChangedError(error, file.path);
  });
  if (bytesRead < length) {
    throw new CodedError('source.changed', { subject: file.path, detail: 'shorter' });
  }
  return bytes;
}
