import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { writeFault } from '../fileFaults';

/** Where bytes lie in the spool. */
export interface Extent {
  readonly offset: number;
  readonly length: number;
}

/** The process's id is in the name, so that a sweep can tell what another window still needs. */
const nameOfSpool = /^packing-(\d+)-[0-9a-f]+\.tmp$/;

/**
 * The temporary file that takes what was compressed. Its name is taken away as soon as it is open: the system frees
 * it when the handle closes, also when the process is killed. Made at the first write.
 */
export class Spool {
  #opened: Promise<{ readonly handle: FileHandle; readonly leftBehind?: string }> | undefined;
  #length = 0;

  /** @param folder where the file goes; made when it is missing */
  constructor(private readonly folder: string) {}

  /**
   * Takes the bytes; may be called again before the last call has answered.
   *
   * @throws CodedError `disk.full`, `disk.notWritable`
   */
  async append(bytes: Uint8Array): Promise<Extent> {
    const extent = { offset: this.#length, length: bytes.length };
    this.#length += bytes.length;
    this.#opened ??= this.#open();
    const { handle } = await this.#opened;
    try {
      for (let done = 0; done < bytes.length;) {
        const rest = bytes.length - done;
        done += (await handle.write(bytes, done, rest, extent.offset + done)).bytesWritten;
      }
    } catch (error) {
      throw writeFault(error, this.folder);
    }
    return extent;
  }

  /** Fills the target with what lies at the offset. */
  async read(target: Uint8Array, offset: number): Promise<void> {
    const opened = await this.#opened;
    for (let done = 0; done < target.length;) {
      const rest = target.length - done;
      const read = (await opened?.handle.read(target, done, rest, offset + done))?.bytesRead ?? 0;
      if (read === 0) {
        throw new RangeError('Nothing was written there.');
      }
      done += read;
    }
  }

  async close(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined);
    await opened?.handle.close();
    if (opened?.leftBehind !== undefined) {
      await rm(opened.leftBehind, { force: true });
    }
  }

  async #open(): Promise<{ readonly handle: FileHandle; readonly leftBehind?: string }> {
    const name = `packing-${process.pid}-${randomBytes(8).toString('hex')}.tmp`;
    const file = path.join(this.folder, name);
    try {
      await mkdir(this.folder, { recursive: true });
      const handle = await open(file, 'wx+', 0o600);
      return await rm(file).then(
        () => ({ handle }),
        // Some file systems keep the name of an open file. Then it goes at the close, or at the next start.
        () => ({ handle, leftBehind: file }),
      );
    } catch (error) {
      throw writeFault(error, this.folder);
    }
  }
}

/** Removes the temporary files of processes that are no more. To be called once at start. */
export async function sweepSpools(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const pid = nameOfSpool.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) {
      await rm(path.join(folder, name), { force: true });
    }
  }
}

/** True for a temporary file of ours, which is never packed. */
export function isSpoolName(name: string): boolean {
  return nameOfSpool.test(name);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not ours to signal is alive, too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
