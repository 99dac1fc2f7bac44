import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Disposable } from '../../core/util/disposable';
import type { Log } from '../../core/util/log';
import { startTimeout, type StartTimer } from '../../common/vscode/timer';

/** A file that no shell has read is removed after this time, ms. */
export const fileLifeMs = 30_000;

/**
 * Files that hand the credential over to a terminal. Only the person's own user may read them, and each is removed by
 * the shell that reads it; by us after half a minute, and when the window closes; or else at the next start.
 */
export class CredentialFiles implements Disposable {
  /** By path. */
  readonly #timers = new Map<string, Disposable>();
  readonly #own = new Set<string>();
  #isDisposed = false;

  constructor(
    private readonly folder: string,
    private readonly log: Log,
    private readonly startTimer: StartTimer = startTimeout,
  ) {}

  /** Removes the files of a killed window. A recent file may belong to another window that waits for its shell. */
  async sweep(now = Date.now()): Promise<void> {
    for (const name of (await ifExists(readdir(this.folder))) ?? []) {
      const file = path.join(this.folder, name);
      // Another window may remove the file at this moment.
      const found = await ifExists(stat(file));
      if (found !== undefined) {
        this.#removeIn(Math.min(Math.max(found.mtimeMs + fileLifeMs - now, 0), fileLifeMs), file);
      }
    }
  }

  /** Where a file may be written. The name cannot be guessed. */
  newPath(): string {
    return path.join(this.folder, randomBytes(16).toString('hex'));
  }

  async write(file: string, text: string): Promise<void> {
    this.#own.add(file);
    this.#removeIn(fileLifeMs, file);
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await chmod(this.folder, 0o700);
    await writeFile(file, text, { mode: 0o600, flag: 'wx' });
    if (this.#isDisposed) {
      this.remove(file);
    }
  }

  exists(file: string): boolean {
    return existsSync(file);
  }

  remove(file: string): void {
    this.#timers.get(file)?.dispose();
    this.#timers.delete(file);
    this.#own.delete(file);
    try {
      rmSync(file, { force: true, maxRetries: 3, retryDelay: 50 });
    } catch (error) {
      this.log.warn(`a file for a terminal is removed at the next start: ${String(error)}`);
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    for (const file of this.#own) {
      this.remove(file);
    }
    for (const timer of this.#timers.values()) {
      timer.dispose();
    }
  }

  #removeIn(ms: number, file: string): void {
    if (!this.#isDisposed) {
      this.#timers.get(file)?.dispose();
      this.#timers.set(
        file,
        this.startTimer(ms, () => this.remove(file)),
      );
    }
  }
}

/** Undefined when the file or folder does not exist. */
async function ifExists<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
