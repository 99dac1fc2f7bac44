import type { Log } from '../util/log';
import type { Checkpoint, UploadedPart } from './checkpoint';
import type { CheckpointStore } from './checkpointStore';

/** On a fast line several parts arrive within so short a time, and one writing serves them all. ms */
const everyMs = 100;

/**
 * Keeps the checkpoint of one running transfer: written when it begins and whenever a part has arrived. What arrives
 * while it is being written goes into the next writing, so a slow disk slows nothing.
 */
export class CheckpointWriter {
  #checkpoint: Checkpoint | undefined;
  readonly #parts = new Map<number, UploadedPart>();
  #isDirty = false;
  #isHurried = false;
  /** Ends the rest between two writings. */
  #wake: () => void = () => undefined;
  /** No writing begins earlier, ms as `performance.now` counts. */
  #nextAt = 0;
  #writing: Promise<void> | undefined;

  /** @param store undefined where there is no folder for checkpoints: nothing can be resumed then */
  constructor(
    private readonly store: CheckpointStore | undefined,
    private readonly id: string,
    private readonly log: Log,
  ) {}

  read(): Promise<Checkpoint | 'unreadable' | undefined> {
    return this.store?.read(this.id) ?? Promise.resolve(undefined);
  }

  /** Resolves when it is on disk: only then may the first part go out, or a crash would leave it behind unseen. */
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
    this.#isHurried = true;
    this.#wake();
    await this.#writing;
    this.#isHurried = false;
  }

  /** The transfer has ended, or cannot go on: nothing is left of it. */
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
    // Not before `#writing` is set, which the end of this unsets.
    await Promise.resolve();
    try {
      while (this.#isDirty) {
        await this.#rest(this.#nextAt - performance.now());
        this.#isDirty = false;
        this.#nextAt = performance.now() + everyMs;
        if (this.#checkpoint !== undefined) {
          const parts = [...this.#parts.values()];
          await this.store?.write(this.id, { ...this.#checkpoint, parts });
        }
      }
    } catch (error) {
      // A full disk is no reason to stop the upload: it only cannot be resumed from here.
      this.log.warn(`transfer: the checkpoint was not written: ${String(error)}`);
    } finally {
      this.#writing = undefined;
    }
  }

  /** Waits, unless somebody waits for the writing. */
  async #rest(ms: number): Promise<void> {
    if (ms <= 0 || this.#isHurried) {
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
