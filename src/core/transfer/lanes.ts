import { createCrc64, type Crc64 } from '../oss/crc64';
import { Semaphore } from '../util/concurrency';

/** How much of a source is read, counted and sent at a time. Bytes. */
export const blockBytes = 512 * 1024;

/**
 * What one request at a time works with. Its memory is used again by the next, so all that is held is this, however
 * large the files and however many.
 */
export class RequestSlot {
  #blocks: readonly [Buffer, Buffer] | undefined;
  #crc64: Promise<Crc64> | undefined;
  #free: Promise<void> = Promise.resolve();

  /** One block is read while the other is sent. */
  get blocks(): readonly [Buffer, Buffer] {
    return (this.#blocks ??= [
      Buffer.allocUnsafeSlow(blockBytes),
      Buffer.allocUnsafeSlow(blockBytes),
    ]);
  }

  crc64(): Promise<Crc64> {
    return (this.#crc64 ??= createCrc64());
  }

  /**
   * Waits until nobody works with the lane's memory any more: a request that is over may still be reading into it.
   * @returns what lets go of it
   */
  async acquireBuffers(): Promise<() => void> {
    const before = this.#free;
    let release: () => void = () => undefined;
    this.#free = new Promise((resolve) => (release = resolve));
    await before;
    return release;
  }
}

/** The requests of all transfers together: each takes a lane, and there are only so many. */
export class SlotPool {
  readonly #idle: RequestSlot[] = [];
  readonly #gate: Semaphore;

  /** @param cap how many there are, 1 or more */
  constructor(cap: number) {
    this.#gate = new Semaphore(cap);
  }

  /** Runs the work when a lane is free. @throws AbortError when the signal is aborted before that */
  run<T>(work: (lane: RequestSlot) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#gate.run(async () => {
      const lane = this.#idle.pop() ?? new RequestSlot();
      try {
        return await work(lane);
      } finally {
        this.#idle.push(lane);
      }
    }, signal);
  }
}
