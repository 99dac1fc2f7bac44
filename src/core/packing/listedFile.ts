import type { Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { CodedError } from '../errors/catalogue';
import { toChangedError } from '../errors/fileErrors';
import type { TreeFile } from './tree';

/**
 * Reads from a file, and sees to it that what was read is of the file as it was listed.
 *
 * @throws CodedError `source.changed`, `source.notReadable`
 */
export async function readListed<T>(
  file: TreeFile,
  read: (handle: FileHandle) => Promise<T>,
): Promise<T> {
  try {
    const handle = await open(file.path, 'r');
    try {
      const result = await read(handle);
      // After reading: a change before it and one during it both show.
      checkListed(file, await handle.stat());
      return result;
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw toChangedError(error, file.path);
  }
}

/** @throws CodedError `source.changed` */
export function checkListed(file: TreeFile, stats: Stats): void {
  if (!stats.isFile() || stats.size !== file.size || stats.mtimeMs !== file.mtimeMs) {
    throw new CodedError('source.changed', { subject: file.path });
  }
}

/** Fills the target with the file's bytes from the position on. */
export async function fill(
  handle: FileHandle,
  target: Uint8Array,
  position: number,
  file: TreeFile,
): Promise<void> {
  for (let done = 0; done < target.length;) {
    const rest = target.length - done;
    const { bytesRead } = await handle.read(target, done, rest, position + done);
    if (bytesRead === 0) {
      throw new CodedError('source.changed', { subject: file.path, detail: 'shorter' });
    }
    done += bytesRead;
  }
}
