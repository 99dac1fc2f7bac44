import { createCrc64, type Crc64 } from '../../oss/crc64';
import { Semaphore } from '../../util/concurrency';

/** How much of a source is read, checksummed and sent at a time, bytes. */
export const bufferBytes = 512 * 1024;

/**
 * The buffers and the CRC-64 state of one running request. The next request reuses them, so memory does not grow with
 * the size or number of files.
 */
export class RequestSlot {
  readonly #buffers: (Buffer | undefined)[] = [];
  #crc64: Promise<Crc64> | undefined;
  #free: Promise<void> = Promise.resolve();

  /** One buffer is filled while the other is sent. A small file needs only the first one. */
  buffer(index: 0 | 1): Buffer {
    return (this.#buffers[index] ??= Buffer.allocUnsafeSlow(bufferBytes));
  }

  crc64(): Promise<Crc64> {
    return (this.#crc64 ??= createCrc64());
  }

  /**
   * Waits until the buffers are free: a request that has ended may still be reading into them.
   * @returns a function that releases them
   */
  async acquireBuffers(): Promise<() => void> {
    const previous = this.#free;
    let release: () => void = () => undefined;
    this.#free = new Promise((resolve) => (release = resolve));
    await previous;
    return release;
  }
}

/** Limits the requests of all transfers together: each takes a slot. */
export class SlotPool {
  readonly #idle: RequestSlot[] = [];
  readonly #semaphore: Semaphore;

  /** @param size number of slots, 1 or more */
  constructor(size: number) {
    this.#semaphore = new Semaphore(size);
  }

  /** Whether someone waits for a slot. */
  get hasWaiting(): boolean {
    return this.#semaphore.hasWaiting;
  }

  /** Runs the work as soon as a slot is free. @throws AbortError when the signal is aborted before that */
  run<T>(work: (slot: RequestSlot) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#semaphore.run(async () => {
      const slot = this.#idle.pop() ?? new RequestSlot();
      try {
        return await work(slot);
      } finally {
        this.#idle.push(slot);
      }
    }, signal);
  }
}
