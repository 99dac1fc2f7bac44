/** Gives a local time, ms since 1970. A parameter so that tests can control it. */
export type LocalClock = () => number;

/** True for ms since 1970 that a `Date` can hold: all others throw when they are shown. */
export function isInstant(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 8.64e15;
}

/** A `Date` header has whole seconds, and a response takes a while to arrive: a smaller difference means nothing. */
const toleranceMs = 2_000;

/** Where a clock is further off, no certificate is valid: only a server that lies can say so. */
const maxOffsetMs = 24 * 3_600_000;

/**
 * The servers' time: the local clock plus the offset that their responses showed. Signatures and the countdown use
 * it, so that a computer whose clock is wrong still works.
 */
export class ServerClock {
  #ownOffsetMs: number | undefined;

  /** @param base whose offset this clock has until it learns one of its own */
  constructor(
    private readonly local: LocalClock = Date.now,
    private readonly base?: ServerClock,
  ) {}

  /** ms since 1970, corrected. */
  now(): number {
    return this.local() + this.offsetMs;
  }

  /** Server's clock minus ours, ms; 0 until a response showed a difference. */
  get offsetMs(): number {
    return this.#ownOffsetMs ?? this.base?.offsetMs ?? 0;
  }

  /** For another server: follows this clock until that server says otherwise, and never changes this one. */
  derive(): ServerClock {
    return new ServerClock(this.local, this);
  }

  /**
   * Learns from the time that a server named in a response that has just arrived.
   * @returns true when the clock was changed, so that it is worth sending a refused request again.
   */
  sync(serverMs: number): boolean {
    const offsetMs = serverMs - this.local();
    const isPossible = Math.abs(offsetMs) <= maxOffsetMs;
    if (!isPossible || Math.abs(offsetMs - this.offsetMs) <= toleranceMs) {
      return false;
    }
    // Within the tolerance of the local clock, the local clock is the better one.
    this.#ownOffsetMs = Math.abs(offsetMs) <= toleranceMs ? 0 : offsetMs;
    return true;
  }
}
