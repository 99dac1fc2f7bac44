import { existsSync, rmSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Disposable } from '../../core/util/disposable';
import { processMark } from '../../core/util/processes';
import type { Log } from '../../core/util/log';
import { startTimeout, type StartTimer } from '../../common/vscode/timer';

/** A file that no shell has read is removed after this time, ms. */
export const fileLifeMs = 30_000;

/**
 * Files that hand the credential over to a terminal. Only the person's own user may read them, and each is removed by
 * the shell that reads it; by us after half a minute, and when the window closes; or else at the next start.
 */
export class CredentialFiles implements Disposable {
  /** For each file that was not removed, by path. */
  readonly #timers = new Map<string, Disposable>();
  #isDisposed = false;

  constructor(
    private readonly folder: string,
    private readonly log: Log,
    private readonly startTimer: StartTimer = startTimeout,
  ) {}

  /** Where a file may be written. The name cannot be guessed. */
  newPath(): string {
    return path.join(this.folder, processMark());
  }

  async write(file: string, text: string): Promise<void> {
    this.#timers.set(
      file,
      this.startTimer(fileLifeMs, () => this.remove(file)),
    );
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
    try {
      rmSync(file, { force: true, maxRetries: 3, retryDelay: 50 });
    } catch (error) {
      this.log.warn(`a file for a terminal is removed at the next start: ${String(error)}`);
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    for (const file of this.#timers.keys()) {
      this.remove(file);
    }
  }
}
