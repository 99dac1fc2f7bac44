import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../util/log';
import type { Checkpoint, UploadedPart, UploadReference } from './checkpoint';
import type { CheckpointStore } from './checkpointStore';

/** On a fast network several parts are uploaded within this time, and one write covers them; ms. */
const writeEveryMs = 100;

/**
 * Writes the checkpoint of one running transfer: when it starts and after each uploaded part. Parts that are uploaded
 * during a write go into the next one, so a slow disk does not slow the upload down.
 */
export class CheckpointWriter {
  #checkpoint: Checkpoint | undefined;
  readonly #parts = new Map<number, UploadedPart>();
  #isDirty = false;
  /** Aborted, it ends the pause between two writes. */
  #flushing = new AbortController();
  /** Earliest time of the next write, ms of `performance.now`. */
  #nextAt = 0;
  #writing: Promise<void> | undefined;

  /** @param store undefined without a storage folder: nothing can be resumed then */
  constructor(
    private readonly store: CheckpointStore | undefined,
    private readonly id: string,
    private readonly log: Log,
  ) {}

  read(): Promise<Checkpoint | 'unreadable' | undefined> {
    return this.store?.read(this.id) ?? Promise.resolve(undefined);
  }

  readUploadReference(): Promise<UploadReference | undefined> {
    return this.store?.readUploadReference(this.id) ?? Promise.resolve(undefined);
  }

  /** Resolves when it is on disk. Only then may parts be sent, or a crash would leave parts that nobody can find. */
  async begin(checkpoint: Checkpoint): Promise<void> {
    this.#checkpoint = checkpoint;
    this.#parts.clear();
    for (const part of checkpoint.parts) {
      this.#parts.set(part.partNumber, part);
    }
    this.#save();
    await this.flush();
  }

  add(part: UploadedPart): void {
    this.#parts.set(part.partNumber, part);
    this.#save();
  }

  /** Resolves when all that was added is on disk. */
  async flush(): Promise<void> {
    this.#flushing.abort();
    await this.#writing;
    this.#flushing = new AbortController();
  }

  /** Deletes the checkpoint: the transfer is complete or cannot be resumed. */
  async remove(): Promise<void> {
    this.#checkpoint = undefined;
    await this.flush();
    try {
      await this.store?.delete(this.id);
    } catch (error) {
      this.log.warn(`transfer: the checkpoint was not removed: ${String(error)}`);
    }
  }

  #save(): void {
    this.#isDirty = true;
    this.#writing ??= this.#drain();
  }

  async #drain(): Promise<void> {
    try {
      while (this.#isDirty) {
        const pauseMs = Math.max(0, this.#nextAt - performance.now());
        await sleep(pauseMs, undefined, { signal: this.#flushing.signal }).catch(() => undefined);
        this.#isDirty = false;
        this.#nextAt = performance.now() + writeEveryMs;
        if (this.#checkpoint !== undefined) {
          const parts = [...this.#parts.values()];
          await this.store?.write(this.id, { ...this.#checkpoint, parts });
        }
      }
    } catch (error) {
      // A full disk is no reason to stop the upload; it only cannot be resumed from here.
      this.log.warn(`transfer: the checkpoint was not written: ${String(error)}`);
    } finally {
      this.#writing = undefined;
    }
  }
}
