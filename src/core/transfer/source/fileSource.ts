import type { Stats } from 'node:fs';
import { stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { CodedError } from '../../errors/catalogue';
import { toChangedError, toReadError } from '../../errors/fileErrors';
import { fileUri } from '../../util/filePaths';
import { openForReading, readInto } from '../../util/fileReading';
import type { OpenSource, Source } from './source';

/** A file on this computer, read through one handle. */
export function fileSource(file: string): Source {
  return {
    uri: fileUri(file),
    name: path.basename(file),
    open: () => openFile(file),
  };
}

async function openFile(file: string): Promise<OpenSource> {
  try {
    const handle = await openForReading(file);
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
    try {
      return await readInto(this.handle, buffer, position);
    } catch (error) {
      throw toChangedError(error, this.file);
    }
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
