import type { Disposable } from '../disposable';
import { abortError, onAbort } from '../http/abort';
import type { Log } from '../log';
import { Destination, type Way } from './destination';
import { Gate } from './gate';
import type { Job } from './job';
import { Lanes } from './lanes';
import { WaitOutOffline } from './offline';
import { compose } from './policy';
import { ProgressMeter } from './progress';
import { Retry } from './retry';
import { RetryBudget } from './retryBudget';
import { realTiming, type Timing } from './timing';
import type { UploadOptions, UploadRequest, UploadResult } from './types';
import { sendWhole } from './whole';

export type * from './types';

export interface TransferEngineOptions extends Way {
  readonly log: Log;
  /** For tests. */
  readonly timing?: Timing;
}

/** Requests that go on at a time, over all transfers. */
const lanes = 8;
/** Transfers that have begun; more wait without an open file. */
const transfersAtATime = 16;
/** How long a transfer that was under way waits for the line to come back, ms. */
const patienceMs = 15 * 60_000;
/** How long one waits that never reached the server, ms: then the address is wrong rather than the line. */
const firstPatienceMs = 10_000;

/** Brings files to object keys. */
export class TransferEngine implements Disposable {
  readonly #lanes = new Lanes(lanes);
  readonly #gate = new Gate(transfersAtATime);
  readonly #disposing = new AbortController();

  constructor(private readonly options: TransferEngineOptions) {}

  /**
   * Uploads one source to one key. Resolves when the object stands and, where the server counts CRC-64, is proved to
   * be the source byte for byte.
   * @throws CodedError with a code of `oss`, `source`, `key`, `transfer`, `network`, `answer`, `edas` or `account`;
   * an `AbortError` by the signal
   */
  async upload(request: UploadRequest, options: UploadOptions): Promise<UploadResult> {
    const stop = new AbortController();
    const forget = [options.signal, this.#disposing.signal].map((signal) =>
      onAbort(signal, () => stop.abort(abortError())),
    );
    try {
      return await this.#gate.run(() => this.#upload(request, options, stop.signal), stop.signal);
    } finally {
      forget.forEach((stopListening) => stopListening());
    }
  }

  dispose(): void {
    this.#disposing.abort(abortError());
  }

  async #upload(
    request: UploadRequest,
    { onProgress = () => undefined }: UploadOptions,
    signal: AbortSignal,
  ): Promise<UploadResult> {
    const timing = this.options.timing ?? realTiming;
    const meter = new ProgressMeter(onProgress, () => timing.now());
    const source = await request.source.open(signal);
    try {
      const destination = await Destination.find(this.options, request.key, signal);
      const budget = new RetryBudget();
      const { log } = this.options;
      const job: Job = {
        ...{ request, source, destination, meter, budget, log, signal },
        lanes: this.#lanes,
        policy: compose(
          new WaitOutOffline({
            timing,
            patienceMs: () => (meter.progress.acknowledgedBytes > 0 ? patienceMs : firstPatienceMs),
            onPause: (isPaused) => meter.paused(isPaused),
          }),
          new Retry(timing, budget, (error, waitMs) =>
            log.info(`transfer: again in ${Math.round(waitMs)} ms: ${String(error)}`),
          ),
        ),
      };
      return await sendWhole(job, !request.overwrite);
    } finally {
      meter.finish();
      await source.close();
    }
  }
}
