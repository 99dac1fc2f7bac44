import type { Disposable } from '../../core/util/disposable';
import { startTimeout, type StartTimer } from '../vscode/timer';
import type { ConflictResolution, UploadItem } from './types';

/** The person's answer: one resolution for all, or a question for each file. */
export type ConflictAnswer = ConflictResolution | 'each';

/** What the question shows of an item. */
export type Conflict = Pick<UploadItem, 'key' | 'name'>;

/**
 * Asks what to do with files whose keys exist already.
 * @param canApplyToAll there are more conflicts, or there may be
 * @throws AbortError when the person cancels
 */
export type ConflictPrompt = (
  conflicts: readonly Conflict[],
  canApplyToAll: boolean,
) => Promise<ConflictAnswer>;

/** Conflicts within this time share a question, ms. */
const gatherMs = 1_000;

interface Waiting {
  readonly conflict: Conflict;
  readonly resolve: (resolution: ConflictResolution) => void;
  readonly reject: (error: unknown) => void;
}

/** Asks about the conflicts of a batch: one question at a time, and one for all of them if the person wants. */
export class ConflictResolver {
  readonly #waiting: Waiting[] = [];
  #resolutionForAll: ConflictResolution | undefined;
  #asksEach = false;
  #isPrompting = false;
  #isComplete: boolean;
  #timer: Disposable | undefined;

  /**
   * @param itemCount of the batch, conflicts or not
   * @param signal cancels the batch: nothing is prompted after that
   */
  constructor(
    private readonly prompt: ConflictPrompt,
    itemCount: number,
    private readonly signal: AbortSignal,
    private readonly startTimer: StartTimer = startTimeout,
  ) {
    this.#isComplete = itemCount <= 1;
  }

  /** @throws AbortError when the person cancels the batch or a question; so do all conflicts that wait */
  resolve(conflict: Conflict): Promise<ConflictResolution> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ conflict, resolve, reject });
      const needsNoOthers =
        this.#isComplete || this.#asksEach || this.#resolutionForAll !== undefined;
      if (needsNoOthers) {
        void this.#promptAll();
      } else if (!this.#isPrompting) {
        this.#timer ??= this.startTimer(gatherMs, () => void this.#promptAll());
      }
    });
  }

  /** No more conflicts will come, so the question need not wait for them. */
  complete(): void {
    this.#isComplete = true;
    void this.#promptAll();
  }

  async #promptAll(): Promise<void> {
    this.#timer?.dispose();
    this.#timer = undefined;
    if (this.#isPrompting) {
      return;
    }
    this.#isPrompting = true;
    try {
      while (this.#waiting.length > 0) {
        await this.#promptNext();
      }
    } catch (error) {
      for (const { reject } of this.#waiting.splice(0)) {
        reject(error);
      }
    } finally {
      this.#isPrompting = false;
    }
  }

  async #promptNext(): Promise<void> {
    this.signal.throwIfAborted();
    if (this.#resolutionForAll !== undefined) {
      for (const { resolve } of this.#waiting.splice(0)) {
        resolve(this.#resolutionForAll);
      }
      return;
    }
    const several = !this.#asksEach && this.#waiting.length > 1;
    const canApplyToAll = several || (!this.#asksEach && !this.#isComplete);
    const next = this.#waiting.slice(0, several ? undefined : 1);
    const answer = await this.prompt(
      next.map(({ conflict }) => conflict),
      canApplyToAll,
    );
    if (answer === 'each') {
      this.#asksEach = true;
    } else if (canApplyToAll) {
      this.#resolutionForAll = answer;
    } else {
      this.#waiting.shift()?.resolve(answer);
    }
  }
}
