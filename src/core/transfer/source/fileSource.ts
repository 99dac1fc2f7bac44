import { constants, type Stats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CodedError } from '../../errors/catalogue';
import { toChangedError, toReadError } from '../../errors/fileErrors';
import { fileUri } from '../../util/filePaths';
import { retryWhileBusy } from '../../util/fileRetry';
import type { OpenSource, Source } from './source';

/** A file on this computer, read through one handle. */
export function fileSource(file: string): Source {
  return {
    uri: fileUri(file),
    name: path.basename(file),
    open: () => openFile(file),
  };
}

/** The source of a checkpoint. @throws CodedError `source.notOnDisk` when it is not a file on this computer */
export function sourceFromUri(uri: string, name: string): Source {
  if (!uri.startsWith('file:')) {
    throw new CodedError('source.notOnDisk', { subject: name });
  }
  return fileSource(fileURLToPath(uri));
}

/** Without O_NONBLOCK, opening a named pipe waits for a writer. Windows does not have the flag. */
const flags = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

async function openFile(file: string): Promise<OpenSource> {
  try {
    const handle = await retryWhileBusy(() => open(file, flags), ['EBUSY']);
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) {
        throw new CodedError('source.notAFile', { subject: file });
      }
      return new OpenFile(file, handle, stats);
    } catch (error) {
      await handle.close();
      throw error;
    }
  } catch (error) {
    throw toReadError(error, file);
  }
}

/**
 * Identifies one state of one file. The device is left out: on Windows, libuv 1.49 and 1.50 (Node 22.12 to 22.16) report
 * different device numbers for a path and for an open file.
 */
type FileState = Pick<Stats, 'ino' | 'size' | 'mtimeMs'>;

class OpenFile implements OpenSource {
  constructor(
    private readonly file: string,
    private readonly handle: FileHandle,
    private readonly opened: FileState,
  ) {}

  get size(): number {
    return this.opened.size;
  }

  get mtimeMs(): number {
    return this.opened.mtimeMs;
  }

  async read(buffer: Uint8Array, position: number): Promise<number> {
    let given = 0;
    try {
      while (given < buffer.length) {
        const { bytesRead } = await this.handle.read(
          buffer,
          given,
          buffer.length - given,
          position + given,
        );
        if (bytesRead === 0) {
          break;
        }
        given += bytesRead;
      }
    } catch (error) {
      throw toChangedError(error, this.file);
    }
    return given;
  }

  /** Checks the path too: a build may have replaced the file. */
  async verifyUnchanged(): Promise<void> {
    let now: FileState;
    try {
      now = await stat(this.file);
    } catch (error) {
      throw toChangedError(error, this.file);
    }
    const { ino, size, mtimeMs } = this.opened;
    if (now.ino !== ino || now.size !== size || now.mtimeMs !== mtimeMs) {
      throw new CodedError('source.changed', { subject: this.file });
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}
