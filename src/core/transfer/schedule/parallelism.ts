/** Requests at the start on a near network, and the fewest later on unless the setting is lower. */
const fewest = 4;
/** The start has one request for so much time that a first small request took, ms. */
const msPerRequest = 8;
const step = 1.25;
/** Requests that carry more than this are limited by this computer, and more of them only cost; bytes per ms. */
const fastRequest = 25_000;
/** A step pays when the goodput changes by more than this share of the change in requests. */
const worthwhile = 0.3;
/** Goodput over a shorter period is chance: ms, and bytes of each request. */
const minPeriodMs = 250;
const minPeriodBytes = 512 * 1024;
/** Periods without a step, once more requests no longer pay. */
const holdPeriods = 4;

/** How many requests were in flight during one period, and what the network took, bytes per ms. */
interface Period {
  readonly level: number;
  readonly goodput: number;
}

/**
 * Decides how many parts of one transfer are in flight, by the bytes that the network takes: the system's buffer for a
 * connection is full soon, and then it takes as many bytes as the other side acknowledges. The acknowledgements of
 * whole parts are too rare to decide by.
 *
 * It starts with 4, and with more where the first small request took long: what one connection carries falls with the
 * distance, in its slow start and after each lost packet. Then it compares periods, and after each it takes a quarter
 * more or fewer. If the goodput follows, as where loss or the distance limits each connection, more are worthwhile; if
 * it does not, as where the network is full, fewer suffice. Where the direction changes, the number that was better
 * is kept for some periods.
 */
export class Parallelism {
  #level: number;
  #last: Period | undefined;
  #isGrowing = true;
  #periodsToHold = 0;
  /** A period that is not measured, because buffers are filled and new connections are slow. */
  #isSettling = true;
  #since: number;
  #bytes = 0;

  /**
   * @param most requests, 1 or more
   * @param now monotonic time, ms
   */
  constructor(
    private readonly most: number,
    private readonly now: () => number,
  ) {
    this.#level = Math.min(fewest, most);
    this.#since = now();
  }

  /** How many requests should be in flight. @param hasWaiting whether a request waits for a slot: then it takes few */
  level(hasWaiting = false): number {
    return hasWaiting ? Math.min(fewest, this.#level) : this.#level;
  }

  /** Runs a small request before the first part, to learn how long the network takes. */
  async probe<T>(request: () => Promise<T>): Promise<T> {
    const startedAt = this.now();
    const response = await request();
    const wanted = Math.round((this.now() - startedAt) / msPerRequest);
    this.#setLevel(Math.max(this.#level, wanted));
    this.#since = this.now();
    return response;
  }

  /** The network has taken so many bytes of parts. */
  sent(bytes: number): void {
    this.#bytes += bytes;
    const passedMs = this.now() - this.#since;
    if (this.#bytes < this.#level * minPeriodBytes || passedMs < minPeriodMs) {
      return;
    }
    const period = { level: this.#level, goodput: this.#bytes / passedMs };
    const isMeasured = !this.#isSettling;
    this.#isSettling = false;
    this.#since = this.now();
    this.#bytes = 0;
    if (isMeasured) {
      this.#decide(period);
    }
  }

  #decide(period: Period): void {
    const last = this.#last;
    this.#last = period;
    if (period.goodput / period.level > fastRequest) {
      this.#setLevel(fewest);
      return;
    }
    if (last !== undefined && last.level !== period.level) {
      const followed = (period.goodput / last.goodput - 1) / (period.level / last.level - 1);
      if (followed > worthwhile !== this.#isGrowing) {
        this.#reverse(last.level);
        return;
      }
    }
    if (this.#periodsToHold > 0) {
      this.#periodsToHold -= 1;
      return;
    }
    const least = Math.min(fewest, this.most);
    if (this.#level === (this.#isGrowing ? this.most : least)) {
      this.#reverse(this.#level);
      return;
    }
    this.#setLevel(
      this.#isGrowing ? Math.ceil(this.#level * step) : Math.floor(this.#level / step),
    );
  }

  #reverse(level: number): void {
    this.#isGrowing = !this.#isGrowing;
    this.#periodsToHold = holdPeriods;
    // The next periods show the change itself, not the network.
    this.#last = undefined;
    this.#setLevel(level);
  }

  #setLevel(level: number): void {
    const before = this.#level;
    this.#level = Math.max(Math.min(fewest, this.most), Math.min(this.most, level));
    this.#isSettling ||= this.#level !== before;
  }
}
