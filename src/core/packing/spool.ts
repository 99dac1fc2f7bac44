import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { toWriteError } from '../errors/fileErrors';
import { newSpoolName } from './spoolFiles';

/** Where bytes lie in the spool. */
export interface Extent {
  readonly offset: number;
  readonly length: number;
}

/** So much is kept in memory: one part of a transfer, and more than most folders of classes come to. Bytes. */
const memoryBytes = 8 * 1024 * 1024;

/**
 * Takes what was compressed: into memory while there is little, then into a temporary file. Its name is taken away as
 * soon as it is open: the system frees it when the handle closes, also when the process is killed.
 */
export class Spool {
  #memory: Buffer | undefined;
  #inMemory = 0;
  #file: Promise<OpenedFile> | undefined;
  #inFile = 0;

  /**
   * @param folder where the file goes; made when it is missing
   * @param heldBytes how much is kept in memory
   */
  constructor(
    private readonly folder: string,
    private readonly heldBytes = memoryBytes,
  ) {}

  /**
   * Takes the bytes; may be called again before the last call has answered.
   *
   * @throws CodedError `disk.full`, `disk.notWritable`
   */
  async append(bytes: Uint8Array): Promise<Extent> {
    const { length } = bytes;
    if (this.#file === undefined && this.#inMemory + length <= this.heldBytes) {
      const offset = this.#inMemory;
      this.#inMemory += length;
      this.#memory ??= Buffer.allocUnsafeSlow(this.heldBytes);
      this.#memory.set(bytes, offset);
      return { offset, length };
    }
    const position = this.#inFile;
    this.#inFile += length;
    this.#file ??= this.#open();
    const { handle } = await this.#file;
    try {
      for (let done = 0; done < length;) {
        done += (await handle.write(bytes, done, length - done, position + done)).bytesWritten;
      }
    } catch (error) {
      throw toWriteError(error, this.folder);
    }
    return { offset: this.#fileStart + position, length };
  }

  /** Fills the target with what was taken, from the offset on. */
  async read(target: Uint8Array, offset: number): Promise<void> {
    if (offset < this.#fileStart) {
      target.set(this.#memory?.subarray(offset, offset + target.length) ?? []);
      return;
    }
    const opened = await this.#file;
    for (let done = 0; done < target.length;) {
      const [rest, position] = [target.length - done, offset - this.#fileStart + done];
      const read = (await opened?.handle.read(target, done, rest, position))?.bytesRead ?? 0;
      if (read === 0) {
        throw new RangeError('Nothing was written there.');
      }
      done += read;
    }
  }

  /** Behind the memory, with a gap: no extent reaches from one into the other, even when two are joined. */
  get #fileStart(): number {
    return this.heldBytes + 1;
  }

  async close(): Promise<void> {
    const opened = await this.#file?.catch(() => undefined);
    await opened?.handle.close();
    if (opened?.leftBehind !== undefined) {
      await rm(opened.leftBehind, { force: true });
    }
  }

  async #open(): Promise<OpenedFile> {
    const file = path.join(this.folder, newSpoolName());
    try {
      await mkdir(this.folder, { recursive: true });
      const handle = await open(file, 'wx+', 0o600);
      return await rm(file).then(
        () => ({ handle }),
        // Some file systems keep the name of an open file. Then it goes at the close, or at the next start.
        () => ({ handle, leftBehind: file }),
      );
    } catch (error) {
      throw toWriteError(error, this.folder);
    }
  }
}

interface OpenedFile {
  readonly handle: FileHandle;
  /** Its path, when the name could not be taken away. */
  readonly leftBehind?: string;
}
