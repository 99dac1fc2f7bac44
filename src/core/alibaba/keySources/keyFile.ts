import { readFile, stat } from 'node:fs/promises';

import { CodedError, isAbort, hasCode } from '../../errors/catalogue';

/** Key files are a few KB; a larger one is something else. Bytes. */
const longestFile = 1024 * 1024;

/**
 * The text of a file that may hold keys, without a byte order mark. Links are followed.
 * @throws CodedError keys.fileNotFound; keys.fileUnreadable (detail: the system's code, `notAFile` or `tooLarge`);
 * keys.fileBroken (detail: `notUtf8`)
 */
export async function readKeyFile(file: string, signal?: AbortSignal): Promise<string> {
  signal?.throwIfAborted();
  let bytes: Uint8Array;
  try {
    // Before opening, because opening a named pipe waits for a writer.
    await checkKindAndSize(file);
    bytes = await readFile(file, { signal });
  } catch (error) {
    throw isAbort(error) || hasCode(error) ? error : unreadable(file, error);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new CodedError('keys.fileBroken', { file, detail: 'notUtf8' });
  }
}

async function checkKindAndSize(file: string): Promise<void> {
  const found = await stat(file);
  if (!found.isFile()) {
    throw new CodedError('keys.fileUnreadable', { file, detail: 'notAFile' });
  }
  if (found.size > longestFile) {
    throw new CodedError('keys.fileUnreadable', { file, detail: 'tooLarge', bytes: longestFile });
  }
}

function unreadable(file: string, cause: unknown): CodedError {
  const detail = (cause as NodeJS.ErrnoException).code;
  return detail === 'ENOENT' || detail === 'ENOTDIR'
    ? new CodedError('keys.fileNotFound', { file }, { cause })
    : new CodedError('keys.fileUnreadable', { file, detail }, { cause });
}
