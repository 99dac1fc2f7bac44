import { onAbort } from '../../util/abort';
import type { UploadedPart } from '../storage/checkpoint';
import type { Part } from './partSizing';

/**
 * So much of what was handed to the network may still be in the system's buffer, and so much more may be on its way
 * there; bytes.
 */
const bufferedBytes = 256 * 1024;

/**
 * A part that is being sent. At the end of an upload, when a connection is free and nothing is left, the part of a slow
 * one is sent a second time: the first request that succeeds counts, the other one is cancelled. Both have the same
 * number and the same bytes, so it does not matter which one the server stores last.
 */
export class PartInFlight {
  /** Handed to the network by the first request, bytes. */
  sentBytes = 0;
  /** It was refused or broke off: then a second request has little chance, and the first may send a probe. */
  hasFailed = false;
  readonly #startedAt: number;
  readonly #requests = new Set<AbortController>();
  #isDone = false;

  /** @param now monotonic time, ms */
  constructor(
    readonly part: Part,
    private readonly now: () => number,
  ) {
    this.#startedAt = now();
  }

  get isSentTwice(): boolean {
    return this.#requests.size > 1;
  }

  get maySendTwice(): boolean {
    return this.#requests.size === 1 && !this.hasFailed && !this.#isDone;
  }

  /** That have certainly not arrived. */
  get bytesLeft(): number {
    return this.part.length - Math.max(0, this.sentBytes - bufferedBytes);
  }

  /** How long its first request needs still, at least, at the speed that it has had so far. */
  get msLeft(): number {
    const speed = (this.sentBytes + bufferedBytes) / (this.now() - this.#startedAt);
    return this.bytesLeft / speed;
  }

  /** Called when a request has succeeded. @returns false when another one had done so before */
  finish(): boolean {
    const isFirst = !this.#isDone;
    this.#isDone = true;
    return isFirst;
  }

  /**
   * Runs one request.
   * @param send calls `finish` at its end
   * @returns undefined when another request has sent the part sooner
   */
  async run(
    send: (signal: AbortSignal) => Promise<UploadedPart | undefined>,
    signal: AbortSignal,
  ): Promise<UploadedPart | undefined> {
    const stop = new AbortController();
    const stopListening = onAbort(signal, () => stop.abort());
    this.#requests.add(stop);
    try {
      return await send(stop.signal);
    } catch (error) {
      if (this.#isDone) {
        return undefined;
      }
      throw error;
    } finally {
      stopListening();
      this.#requests.delete(stop);
      if (this.#isDone) {
        this.#requests.forEach((other) => other.abort());
      }
    }
  }
}
