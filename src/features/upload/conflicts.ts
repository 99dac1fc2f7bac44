/** What to do with a file whose key stands already. */
export type Decision = 'keepBoth' | 'overwrite' | 'skip';

/** What a person answered: one decision for all, or to be asked for each. */
export type Answer = Decision | 'each';

/** The part of a file that the question names. */
export interface Conflict {
  readonly name: string;
  readonly key: string;
}

/**
 * Asks what to do with names that stand already.
 * @param canApplyToAll there are more of them, or there may be
 * @throws AbortError when the person leaves the question
 */
export type AskConflict = (
  conflicts: readonly Conflict[],
  canApplyToAll: boolean,
) => Promise<Answer>;

/** The answers of one batch: asked once for all where that is what the person wants, and never twice at a time. */
export class Conflicts {
  readonly #decisions = new Map<Conflict, Decision>();
  #forAll: Decision | undefined;
  #wantsEach = false;
  #asking: Promise<unknown> = Promise.resolve();

  constructor(private readonly ask: AskConflict) {}

  /** One question for everything that is known to stand before any byte is sent. */
  async decideTogether(conflicts: readonly Conflict[]): Promise<void> {
    if (conflicts.length > 1) {
      this.#take(await this.ask(conflicts, true));
    }
    // Each is asked now, before bytes are sent, and not in the middle of the transfer.
    for (const conflict of conflicts) {
      await this.decide(conflict, false);
    }
  }

  /**
   * The decision for one file; asks when there is none yet.
   * @param mayBeMore whether other files of the batch may stand, too
   */
  decide(conflict: Conflict, mayBeMore: boolean): Promise<Decision> {
    const answer = this.#asking.then(() => this.#decide(conflict, mayBeMore));
    this.#asking = answer.catch(() => undefined);
    return answer;
  }

  async #decide(conflict: Conflict, mayBeMore: boolean): Promise<Decision> {
    for (;;) {
      const known = this.#decisions.get(conflict) ?? this.#forAll;
      if (known !== undefined) {
        return known;
      }
      const canApplyToAll = mayBeMore && !this.#wantsEach;
      const answer = await this.ask([conflict], canApplyToAll);
      if (canApplyToAll || answer === 'each') {
        this.#take(answer);
      } else {
        this.#decisions.set(conflict, answer);
      }
    }
  }

  #take(answer: Answer): void {
    if (answer === 'each') {
      this.#wantsEach = true;
    } else {
      this.#forAll = answer;
    }
  }
}
