/** Progress of one transfer. */
export interface TransferProgress {
  /**
   * Bytes sent so far. Never smaller than in the previous report, and equal to `totalBytes` only when the server has
   * acknowledged all of them.
   */
  readonly sentBytes: number;
  /** Bytes that the server has acknowledged. */
  readonly acknowledgedBytes: number;
  readonly totalBytes: number;
  /** Average over the last seconds; absent until it is known. */
  readonly bytesPerSecond?: number;
  readonly secondsLeft?: number;
  readonly stage: TransferStage;
}

export type TransferStage = 'preparing' | 'sending' | 'completing' | 'paused';

/** At most five reports a second, ms. */
const reportEveryMs = 200;
/** Period over which the speed is averaged, ms. */
const speedOverMs = 5_000;
/** No speed is reported before this time, because the first bytes only fill buffers; ms. */
const speedFromMs = 500;

/** Counts the bytes of one request: as sent while it is running, as acknowledged when it has succeeded. */
export interface InFlightBytes {
  sent(bytes: number): void;
  /** The server has acknowledged them. */
  acknowledged(bytes: number): void;
  /** The request has failed; its bytes will be sent again. */
  reset(): void;
}

/** Counts the bytes of one transfer and reports progress: throttled, never backwards, and always at the end. */
export class ProgressMeter {
  #stage: TransferStage = 'preparing';
  #totalBytes = 0;
  #acknowledged = 0;
  #inFlight = 0;
  #shown = 0;
  #pauses = 0;
  /** Bytes were sent since the last pause began: a request pauses until it ends, and may send for long before. */
  #isSending = false;
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
      stage: this.#pauses > 0 && !this.#isSending ? 'paused' : this.#stage,
      bytesPerSecond,
      secondsLeft: bytesPerSecond ? (this.#totalBytes - this.#shown) / bytesPerSecond : undefined,
    };
  }

  /** Starts the sending stage. @param acknowledged bytes that the server has already, as after an interruption */
  begin(totalBytes: number, acknowledged = 0): void {
    this.#totalBytes = totalBytes;
    this.#acknowledged = acknowledged;
    this.#stage = 'sending';
    this.#count();
    this.#flush();
  }

  setCompleting(): void {
    this.#stage = 'completing';
    this.#flush();
  }

  /** Each call with true is followed by one with false: parallel requests pause and continue independently. */
  setPaused(isPaused: boolean): void {
    this.#pauses += isPaused ? 1 : -1;
    if (isPaused) {
      this.#isSending = false;
    }
    this.#flush();
  }

  /** Counts bytes that the server has copied. They say nothing about the speed of the network. */
  addCopied(bytes: number): void {
    const shown = this.#shown;
    this.#acknowledged += bytes;
    this.#count();
    const jump = this.#shown - shown;
    this.#samples = this.#samples.map((sample) => ({ ...sample, bytes: sample.bytes + jump }));
    this.#reportSoon();
  }

  inFlight(): InFlightBytes {
    let unacknowledged = 0;
    const settle = (): void => {
      this.#inFlight -= unacknowledged;
      unacknowledged = 0;
    };
    return {
      sent: (bytes) => {
        this.#isSending = true;
        unacknowledged += bytes;
        this.#inFlight += bytes;
        this.#count();
        this.#reportSoon();
      },
      acknowledged: (bytes) => {
        settle();
        this.#acknowledged += bytes;
        this.#count();
        this.#reportSoon();
      },
      reset: settle,
    };
  }

  /** Sends the last report, which is never throttled away. */
  finish(): void {
    this.#flush();
  }

  #count(): void {
    const sent = this.#acknowledged + this.#inFlight;
    const isAllAcknowledged = this.#acknowledged >= this.#totalBytes;
    const most = isAllAcknowledged ? this.#totalBytes : Math.max(0, this.#totalBytes - 1);
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
    // Keeps one sample that is older than the period, so that there is always one to compare with.
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
