import type { ConflictResolution, UploadItem } from './types';

/** What a person answered: one resolution for all, or to be asked for each file. */
export type ConflictAnswer = ConflictResolution | 'each';

/** The part of an item that the question names. */
export type Conflict = Pick<UploadItem, 'key' | 'name'>;

/**
 * Asks what to do with files whose keys exist already.
 * @param canApplyToAll there are more conflicts, or there may be
 * @throws AbortError when the person leaves the question
 */
export type ConflictPrompt = (
  conflicts: readonly Conflict[],
  canApplyToAll: boolean,
) => Promise<ConflictAnswer>;

/** Conflicts that come within this time are asked about together, ms. */
const gatherMs = 1_000;

interface Waiting {
  readonly conflict: Conflict;
  readonly resolve: (resolution: ConflictResolution) => void;
  readonly reject: (error: unknown) => void;
}

/** The questions about the conflicts of one batch: never two at once, and one for all where that is what one wants. */
export class ConflictResolver {
  readonly #waiting: Waiting[] = [];
  #forAll: ConflictResolution | undefined;
  #asksEach = false;
  #isAsking = false;
  #isComplete: boolean;
  #timer: NodeJS.Timeout | undefined;

  /** @param itemCount of the batch, conflicts or not */
  constructor(
    private readonly ask: ConflictPrompt,
    itemCount: number,
  ) {
    this.#isComplete = itemCount <= 1;
  }

  /** @throws AbortError when the person leaves a question: then every conflict that waits has the same end */
  resolve(conflict: Conflict): Promise<ConflictResolution> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ conflict, resolve, reject });
      if (this.#isComplete || this.#isAsking) {
        void this.#askAll();
      } else {
        this.#timer ??= setTimeout(() => void this.#askAll(), gatherMs);
      }
    });
  }

  /** No further conflicts are to be expected, so nothing is gathered any more. */
  complete(): void {
    this.#isComplete = true;
    void this.#askAll();
  }

  async #askAll(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#isAsking) {
      return;
    }
    this.#isAsking = true;
    try {
      while (this.#waiting.length > 0) {
        await this.#askNext();
      }
    } catch (error) {
      for (const { reject } of this.#waiting.splice(0)) {
        reject(error);
      }
    } finally {
      this.#isAsking = false;
    }
  }

  async #askNext(): Promise<void> {
    if (this.#forAll !== undefined) {
      for (const { resolve } of this.#waiting.splice(0)) {
        resolve(this.#forAll);
      }
      return;
    }
    const several = !this.#asksEach && this.#waiting.length > 1;
    const canApplyToAll = several || (!this.#asksEach && !this.#isComplete);
    const asked = this.#waiting.slice(0, several ? undefined : 1);
    const answer = await this.ask(
      asked.map(({ conflict }) => conflict),
      canApplyToAll,
    );
    if (answer === 'each') {
      this.#asksEach = true;
    } else if (canApplyToAll) {
      this.#forAll = answer;
    } else {
      this.#waiting.shift()?.resolve(answer);
    }
  }
}
