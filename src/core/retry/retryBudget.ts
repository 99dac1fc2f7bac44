/**
 * The retries that a whole transfer may use. Each uploaded part gives some back, so that a long upload over a bad network
 * continues while it makes progress and fails soon when it does not.
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

  /** Call it after each uploaded part. */
  refill(): void {
    this.#left = Math.min(this.size, this.#left + 2);
  }
}
