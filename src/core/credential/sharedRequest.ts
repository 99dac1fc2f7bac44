import { abortError, onAbort } from '../util/abort';

/** One asynchronous operation with several waiting callers. It is aborted when the last caller stops waiting. */
export class SharedRequest<T> {
  readonly #controller = new AbortController();
  readonly #givenUp: () => void;
  #resolve: (value: T) => void = () => undefined;
  #waiting = 0;
  /** The result. Rejects with an `AbortError` as soon as the operation is aborted, even if it ignores the signal. */
  readonly result: Promise<T>;

  /** @param onGivenUp called before the operation is aborted because no caller is left */
  constructor(work: (signal: AbortSignal) => Promise<T>, onGivenUp: () => void) {
    const { signal } = this.#controller;
    this.#givenUp = onGivenUp;
    this.result = Promise.race([
      new Promise<T>((resolve) => (this.#resolve = resolve)),
      new Promise<never>((_, reject) => void onAbort(signal, () => reject(abortError()))),
      (async () => work(signal))(),
    ]);
    // Callers see the failure; without callers it must not become an unhandled rejection.
    this.result.catch(() => undefined);
  }

  /** Waits for the result, or until `signal` is aborted, which does not affect other callers. */
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

  /** Resolves all callers with a result from elsewhere, and aborts the operation. */
  resolve(value: T): void {
    this.#resolve(value);
    this.abort();
  }

  abort(): void {
    this.#controller.abort();
  }

  /** Aborts the operation; all callers get an `AbortError`. */
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
