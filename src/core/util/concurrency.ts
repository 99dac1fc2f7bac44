import { setMaxListeners } from 'node:events';
import { abortError, onAbort } from './abort';

/** Admits a limited number of tasks at once; the others wait in the order in which they came. */
export class Semaphore {
  readonly #waiting: (() => void)[] = [];
  #active = 0;

  /** @param permits 1 or more */
  constructor(private readonly permits: number) {}

  /** Whether a task waits. */
  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** @throws AbortError when the signal is aborted before the task starts, and what the task throws */
  async run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#acquire(signal);
    try {
      return await task();
    } finally {
      this.#release();
    }
  }

  async #acquire(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true) {
      throw abortError();
    }
    if (this.#active < this.permits) {
      this.#active += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const start = (): void => {
        stopListening();
        resolve();
      };
      const stopListening = onAbort(signal, () => {
        this.#waiting.splice(this.#waiting.indexOf(start), 1);
        reject(abortError());
      });
      this.#waiting.push(start);
    });
  }

  /** Passes the permit directly to the next in line, so that a newcomer cannot take it first. */
  #release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#active -= 1;
    } else {
      next();
    }
  }
}

/**
 * Processes the items in order, at most `limit` at once. After the first failure nothing new starts, and the signal that
 * `work` gets is aborted, so that work which uses it stops too. Settles only when all that was started has settled.
 *
 * @param signal aborted, it has the same effect as a failure
 * @throws the first failure; an AbortError when the signal was aborted before all items were done
 */
export async function forEachLimit<T>(
  items: Iterable<T>,
  limit: number,
  work: (item: T, signal: AbortSignal) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  // Each request listens; Node would warn from the eleventh listener on.
  setMaxListeners(0, stop.signal);
  let failure: { readonly error: unknown } | undefined;
  const fail = (error: unknown): void => {
    failure ??= { error };
    stop.abort();
  };
  const stopListening = onAbort(signal, () => fail(abortError()));
  const queue = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    try {
      while (!stop.signal.aborted) {
        const next = queue.next();
        if (next.done === true) {
          return;
        }
        await work(next.value, stop.signal);
      }
    } catch (error) {
      fail(error);
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  stopListening();
  if (failure !== undefined) {
    throw failure.error;
  }
}
