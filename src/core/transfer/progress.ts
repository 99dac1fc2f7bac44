/** How far a transfer has come. */
export interface TransferProgress {
  /**
   * Bytes that are on the server or on their way to it. Never smaller than in the report before, and equal to
   * `totalBytes` only when the server has acknowledged them all.
   */
  readonly sentBytes: number;
  /** Bytes that the server has acknowledged. */
  readonly acknowledgedBytes: number;
  readonly totalBytes: number;
  /** Over the last seconds; absent until something can be said. */
  readonly bytesPerSecond?: number;
  readonly secondsLeft?: number;
  readonly stage: TransferStage;
}

export type TransferStage = 'preparing' | 'sending' | 'completing' | 'paused';

/** Five reports a second are as many as an eye can use, ms. */
const reportEveryMs = 200;
/** The speed is that of the last so many ms. */
const speedOverMs = 5_000;
/** Before so many ms no speed is told: the first bytes only fill buffers. */
const speedFromMs = 500;

/** Bytes that one request has on their way. They count until it has failed, and for good when it has succeeded. */
export interface InFlightBytes {
  sent(bytes: number): void;
  /** They have arrived. */
  landed(bytes: number): void;
  /** They have not, and will be sent again. */
  lost(): void;
}

/** Counts the bytes of one transfer and reports them: not too often, never backwards, and always at the end. */
export class ProgressMeter {
  #stage: TransferStage = 'preparing';
  #totalBytes = 0;
  #acknowledged = 0;
  #inFlight = 0;
  #shown = 0;
  #pauses = 0;
  #reportedAt = Number.NEGATIVE_INFINITY;
  #samples: { readonly at: number; readonly bytes: number }[] = [];

  constructor(
    private readonly report: (progress: TransferProgress) => void,
    private readonly now: () => number,
  ) {}

  get progress(): TransferProgress {
    const bytesPerSecond = this.#speed();
    return {
      sentBytes: this.#shown,
      acknowledgedBytes: this.#acknowledged,
      totalBytes: this.#totalBytes,
      stage: this.#pauses > 0 ? 'paused' : this.#stage,
      ...(bytesPerSecond !== undefined && { bytesPerSecond }),
      ...(bytesPerSecond !== undefined &&
        bytesPerSecond > 0 && {
          secondsLeft: (this.#totalBytes - this.#shown) / bytesPerSecond,
        }),
    };
  }

  /** Begins to send. @param acknowledged what the server has already, as after an interruption; bytes */
  begin(totalBytes: number, acknowledged = 0): void {
    this.#totalBytes = totalBytes;
    this.#acknowledged = acknowledged;
    this.#stage = 'sending';
    this.#count();
    this.#flush();
  }

  completing(): void {
    this.#stage = 'completing';
    this.#flush();
  }

  /** Calls pair up: lanes may pause and go on each for itself. */
  paused(isPaused: boolean): void {
    this.#pauses += isPaused ? 1 : -1;
    this.#flush();
  }

  flight(): InFlightBytes {
    let flying = 0;
    const land = (): void => {
      this.#inFlight -= flying;
      flying = 0;
    };
    return {
      sent: (bytes) => {
        flying += bytes;
        this.#inFlight += bytes;
        this.#count();
        this.#reportSoon();
      },
      landed: (bytes) => {
        land();
        this.#acknowledged += bytes;
        this.#count();
        this.#reportSoon();
      },
      lost: land,
    };
  }

  /** The last report, which is never left out. */
  finish(): void {
    this.#flush();
  }

  #count(): void {
    const sent = this.#acknowledged + this.#inFlight;
    const isWhole = this.#acknowledged >= this.#totalBytes;
    const most = isWhole ? this.#totalBytes : Math.max(0, this.#totalBytes - 1);
    this.#shown = Math.max(this.#shown, Math.min(sent, most));
  }

  #reportSoon(): void {
    if (this.now() - this.#reportedAt >= reportEveryMs) {
      this.#flush();
    }
  }

  #flush(): void {
    const now = this.now();
    this.#reportedAt = now;
    this.#samples.push({ at: now, bytes: this.#shown });
    // Keeps one that is older than the window, so that there is always something to compare with.
    while ((this.#samples[1]?.at ?? now) <= now - speedOverMs) {
      this.#samples.shift();
    }
    this.report(this.progress);
  }

  #speed(): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.at - first.at < speedFromMs) {
      return undefined;
    }
    return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
  }
}
