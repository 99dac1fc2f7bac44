/** Gives a local time, ms since 1970. A parameter so that tests can hold the clock. */
export type LocalClock = () => number;

/** A `Date` header counts whole seconds, and an answer takes its time: closer than this is not a difference. */
const toleranceMs = 2_000;

/**
 * The time as the servers see it: the local clock plus what their answers taught. Signatures and the countdown use
 * it, so that a computer whose clock is wrong still works.
 */
export class ServerClock {
  #offsetMs = 0;

  constructor(private readonly local: LocalClock = Date.now) {}

  /** ms since 1970, corrected. */
  now(): number {
    return this.local() + this.#offsetMs;
  }

  /** Server's clock minus ours, ms; 0 until an answer told otherwise. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  /**
   * Learns from the time that a server named in an answer which arrived just now.
   * @returns true when the clock was set anew, which makes one more try of a refused request worth it.
   */
  sync(serverMs: number): boolean {
    if (!Number.isFinite(serverMs)) {
      return false;
    }
    const offsetMs = serverMs - this.local();
    if (Math.abs(offsetMs - this.#offsetMs) <= toleranceMs) {
      return false;
    }
    // Within the tolerance of the local clock, the local clock is the better one.
    this.#offsetMs = Math.abs(offsetMs) <= toleranceMs ? 0 : offsetMs;
    return true;
  }
}
