/**
 * How many more tries a whole transfer may take. What arrives gives some back, so that a long upload over a bad line
 * goes on as long as it gets on, and one that does not ends soon.
 */
export class RetryBudget {
  #left: number;

  constructor(private readonly size = 40) {
    this.#left = size;
  }

  /** @returns false when it is used up */
  take(): boolean {
    if (this.#left === 0) {
      return false;
    }
    this.#left -= 1;
    return true;
  }

  /** A part has arrived. */
  refill(): void {
    this.#left = Math.min(this.size, this.#left + 2);
  }
}
