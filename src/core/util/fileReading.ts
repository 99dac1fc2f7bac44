import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { retryWhileBusy } from './fileRetry';

/** Windows has neither flag. Without O_NONBLOCK, opening a named pipe waits for a writer. */
const nonBlocking = (constants.O_NONBLOCK as number | undefined) ?? 0;
const noFollow = (constants.O_NOFOLLOW as number | undefined) ?? 0;

/**
 * Opens a file for reading. Waits while another program has it open.
 * @param followsLinks false: a link is not opened; fails with the system's `ELOOP` or `EMLINK`
 */
export function openForReading(file: string, followsLinks = true): Promise<FileHandle> {
  const flags = constants.O_RDONLY | nonBlocking | (followsLinks ? 0 : noFollow);
  return retryWhileBusy(() => open(file, flags), ['EBUSY']);
}

/** @returns the number of bytes read: the length of the buffer, less only at the end of the file */
export async function readInto(
  handle: FileHandle,
  buffer: Uint8Array,
  position: number,
): Promise<number> {
  let done = 0;
  while (done < buffer.length) {
    const length = buffer.length - done;
    const { bytesRead } = await handle.read(buffer, done, length, position + done);
    if (bytesRead === 0) {
      break;
    }
    done += bytesRead;
  }
  return done;
}
