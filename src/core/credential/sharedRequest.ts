import { abortError, onAbort } from '../util/abort';

/** One run of some work that several wait for. It is aborted when the last who waited has given up. */
export class SharedRequest<T> {
  readonly #controller = new AbortController();
  readonly #givenUp: () => void;
  #resolve: (value: T) => void = () => undefined;
  #waiting = 0;
  /** What the work comes to. Rejects with an `AbortError` as soon as the flight is aborted, whatever the work does. */
  readonly result: Promise<T>;

  /** @param onGivenUp told when the flight is given up, before it is aborted */
  constructor(work: (signal: AbortSignal) => Promise<T>, onGivenUp: () => void) {
    const { signal } = this.#controller;
    this.#givenUp = onGivenUp;
    this.result = Promise.race([
      new Promise<T>((resolve) => (this.#resolve = resolve)),
      new Promise<never>((_, reject) => void onAbort(signal, () => reject(abortError()))),
      (async () => work(signal))(),
    ]);
    // Those who wait see the failure; with nobody waiting it is no failure of the process.
    this.result.catch(() => undefined);
  }

  /** Waits for the result, or until `signal` is aborted, which leaves the other waiters alone. */
  async wait(signal?: AbortSignal): Promise<T> {
    this.#waiting++;
    let forget: (() => void) | undefined;
    const aborted = new Promise<never>((_, reject) => {
      forget = onAbort(signal, () => {
        this.#leave();
        reject(abortError());
      });
    });
    try {
      return await Promise.race([aborted, this.result]);
    } finally {
      forget?.();
    }
  }

  /** Gives all who wait a result that came another way, and ends the work. */
  resolve(value: T): void {
    this.#resolve(value);
    this.abort();
  }

  abort(): void {
    this.#controller.abort();
  }

  /** As when the last waiter has given up, whoever still waits: they get an `AbortError`. */
  cancel(): void {
    this.#givenUp();
    this.abort();
  }

  #leave(): void {
    this.#waiting--;
    if (this.#waiting === 0) {
      this.cancel();
    }
  }
}
