import { setMaxListeners } from 'node:events';
import { abortError, onAbort } from '../../util/abort';
import { copyPart, isCopied, type CopiedPart } from '../delta/copyPart';
import type { Delta } from '../delta/plan';
import type { UploadedPart } from '../storage/checkpoint';
import type { UploadContext } from '../upload/uploadContext';
import { PartInFlight } from './partInFlight';
import type { PartQueue } from './partQueue';
import { shortMs, wantedPartBytes, type Part, type PartSizing } from './partSizing';
import { uploadPart } from './uploadPart';

export interface PartsRequest {
  readonly uploadId: string;
  readonly queue: PartQueue;
  readonly sizing: PartSizing;
  /** The object that parts are copied from. */
  readonly base: Delta['base'] | undefined;
}

/**
 * Uploads parts in parallel; `Parallelism` decides how many. The first failure that retries do not cure stops all of
 * them and is thrown when all have stopped. The source is checked for changes after each part, and as a whole at the
 * end: a part that was uploaded early may no longer match the file, and such parts must not become an object.
 */
export async function uploadParts(
  upload: UploadContext,
  request: PartsRequest,
  onUploaded: (part: UploadedPart) => void,
): Promise<void> {
  await new PartUploads(upload, request, onUploaded).run();
  await upload.source.verifyUnchanged();
}

/** A connection with less than this share of the average speed is slow. */
const slowShare = 0.7;
/** What takes longer than all the rest by this factor delays the end. */
const lateFactor = 1.3;
/**
 * A second request must be expected to be sooner by this factor: on a full network it takes from the others what it
 * sends.
 */
const secondFactor = 1.5;

class PartUploads {
  readonly #stop = new AbortController();
  readonly #workers = new Set<Promise<void>>();
  readonly #inFlight = new Set<PartInFlight>();
  readonly #startedAt: number;
  #uploadedBytes = 0;
  /** So little is left that no other connection is worth its start. */
  #isEnding = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(
    private readonly upload: UploadContext,
    private readonly request: PartsRequest,
    private readonly onUploaded: (part: UploadedPart) => void,
  ) {
    this.#startedAt = upload.timing.now();
  }

  async run(): Promise<void> {
    setMaxListeners(0, this.#stop.signal);
    const stopListening = onAbort(this.upload.signal, () => this.#stop.abort());
    while (this.request.queue.bytesLeft > 0 && !this.#stop.signal.aborted) {
      this.#isEnding = false;
      this.#startWorkers();
      while (this.#workers.size > 0) {
        await Promise.race(this.#workers);
      }
    }
    stopListening();
    if (this.#failure !== undefined) {
      throw this.#failure.error;
    }
    if (this.upload.signal.aborted) {
      throw abortError();
    }
  }

  get #limit(): number {
    return this.upload.parallelism.level(this.upload.slots.hasWaiting);
  }

  #startWorkers(): void {
    const { queue } = this.request;
    while (
      this.#workers.size < this.#limit &&
      queue.bytesLeft > 0 &&
      !this.#isEnding &&
      !this.#stop.signal.aborted
    ) {
      const worker = this.#work()
        .catch((error: unknown) => {
          this.#failure ??= { error };
          this.#stop.abort();
        })
        .finally(() => this.#workers.delete(worker));
      this.#workers.add(worker);
    }
  }

  /** Sends one part after the other, as long as so many are to be in flight. */
  async #work(): Promise<void> {
    let speed: number | undefined;
    while (!this.#isTooMany(speed)) {
      const part = this.#next(speed);
      if (part !== undefined && isCopied(part)) {
        await this.#copy(part);
      } else {
        const flight = part === undefined ? this.#slowest(speed) : this.#begin(part);
        if (flight === undefined) {
          return;
        }
        speed = (await this.#send(flight)) ?? speed;
      }
      this.#startWorkers();
    }
  }

  /** When there are to be fewer, the slow ones end first. */
  #isTooMany(speed: number | undefined): boolean {
    return this.#workers.size > this.#limit && (speed === undefined || this.#isSlow(speed, 1));
  }

  #isSlow(speed: number, share: number): boolean {
    return speed < (share * this.#goodput) / this.#workers.size;
  }

  /**
   * @param speed of the connection that is free, bytes per ms
   * @returns undefined at the end, and near the end for a connection that is slower than the others and would delay it
   */
  #next(speed: number | undefined): Part | undefined {
    const { queue, sizing } = this.request;
    const { bytesLeft } = queue;
    const wanted = wantedPartBytes({ speed, bytesLeft, parallel: this.#limit }, sizing);
    if (speed !== undefined && this.#workers.size > 1 && this.#isSlow(speed, slowShare)) {
      const partMs = queue.lengthOfNext(wanted) / speed;
      this.#isEnding ||= partMs > Math.max(shortMs, lateFactor * this.#msLeft);
      return this.#isEnding ? undefined : queue.next(wanted);
    }
    return queue.next(wanted);
  }

  /** So far, bytes per ms. */
  get #goodput(): number {
    return this.#uploadedBytes / Math.max(1, this.upload.timing.now() - this.#startedAt);
  }

  /** How long all that is left takes at the goodput so far. */
  get #msLeft(): number {
    const bytesLeft = [...this.#inFlight].reduce(
      (sum, flight) => sum + flight.bytesLeft,
      this.request.queue.bytesLeft,
    );
    return bytesLeft / this.#goodput;
  }

  #begin(part: Part): PartInFlight {
    const flight = new PartInFlight(part, () => this.upload.timing.now());
    this.#inFlight.add(flight);
    return flight;
  }

  /**
   * @param speed of the connection that is free, bytes per ms
   * @returns a part that is best sent a second time: its connection is so slow that it delays the end, and a second
   * request is expected to be sooner. On a network that is full, all parts end at about the same time, so there is none
   */
  #slowest(speed: number | undefined): PartInFlight | undefined {
    const { slots } = this.upload;
    if (speed === undefined || slots.hasWaiting || this.request.queue.bytesLeft > 0) {
      return undefined;
    }
    const msLeft = this.#msLeft;
    return [...this.#inFlight]
      .filter((flight) => {
        const secondMs = Math.max(shortMs, msLeft, flight.part.length / speed);
        return flight.maySendTwice && flight.msLeft > secondFactor * secondMs;
      })
      .toSorted((one, other) => other.msLeft - one.msLeft)[0];
  }

  /** @returns the speed, bytes per ms; undefined when another request has sent the part sooner */
  async #send(flight: PartInFlight): Promise<number | undefined> {
    const { upload, request } = this;
    const { length } = flight.part;
    const startedAt = upload.timing.now();
    const sent = await flight.run(
      (signal) =>
        upload.slots.run(
          (slot) => uploadPart({ ...upload, signal }, request.uploadId, flight, slot),
          signal,
        ),
      this.#stop.signal,
    );
    this.#inFlight.delete(flight);
    if (sent === undefined) {
      return undefined;
    }
    this.#finish(sent);
    this.#uploadedBytes += length;
    return length / Math.max(1, upload.timing.now() - startedAt);
  }

  async #copy(part: CopiedPart): Promise<void> {
    const { upload, request } = this;
    const { uploadId, base } = request;
    if (base !== undefined) {
      const { signal } = this.#stop;
      const copy = () => copyPart({ ...upload, signal }, uploadId, part, base);
      this.#finish(await upload.slots.run(copy, signal));
    }
  }

  #finish(part: UploadedPart): void {
    this.upload.budget.refill();
    this.onUploaded(part);
  }
}
