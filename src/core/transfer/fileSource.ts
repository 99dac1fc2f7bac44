import { open, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { CodedError } from '../errors';
import { listedReadFault, readFault } from '../fileFaults';
import type { OpenSource, Source } from './source';

/** A file on this computer. All its bytes are read through one handle. */
export function fileSource(file: string): Source {
  return {
    uri: pathToFileURL(file).href,
    name: path.basename(file),
    open: () => openFile(file),
  };
}

async function openFile(file: string): Promise<OpenSource> {
  try {
    // Looked at before it is opened: to open a pipe would wait until somebody writes into it.
    if (!(await stat(file)).isFile()) {
      throw new CodedError('source.notAFile', { subject: file });
    }
    const handle = await open(file, 'r');
    try {
      return new OpenFile(file, handle, await handle.stat());
    } catch (error) {
      await handle.close();
      throw error;
    }
  } catch (error) {
    throw readFault(error, file);
  }
}

interface FileState {
  readonly size: number;
  readonly mtimeMs: number;
}

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
      throw listedReadFault(error, this.file);
    }
    return given;
  }

  /** Looks at the open file and at what stands at its path now: a build may have put another file there. */
  async verifyUnchanged(): Promise<void> {
    let states: readonly FileState[];
    try {
      states = await Promise.all([this.handle.stat(), stat(this.file)]);
    } catch (error) {
      throw listedReadFault(error, this.file);
    }
    const isSame = (state: FileState): boolean =>
      state.size === this.size && state.mtimeMs === this.mtimeMs;
    if (!states.every(isSame)) {
      throw new CodedError('source.changed', { subject: this.file });
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}
