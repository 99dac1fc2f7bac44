import { abortable, onAbort } from '../util/abort';

/** One asynchronous operation with several waiting callers. It is aborted when the last caller stops waiting. */
export class SharedRequest<T> {
  readonly #controller = new AbortController();
  #resolve: (value: T) => void = () => undefined;
  #waiting = 0;
  /** The result. Rejects with an `AbortError` as soon as the operation is aborted, even if it ignores the signal. */
  readonly result: Promise<T>;

  /** @param onCancel called before the operation is cancelled, as when no caller is left */
  constructor(
    work: (signal: AbortSignal) => Promise<T>,
    private readonly onCancel: () => void,
  ) {
    const { signal } = this.#controller;
    this.result = Promise.race([
      new Promise<T>((resolve) => (this.#resolve = resolve)),
      abortable((async () => work(signal))(), signal),
    ]);
    // Callers see the failure; without callers it must not become an unhandled rejection.
    this.result.catch(() => undefined);
  }

  /** Waits for the result, or until `signal` is aborted, which does not affect other callers. */
  async wait(signal?: AbortSignal): Promise<T> {
    this.#waiting++;
    const stopListening = onAbort(signal, () => {
      this.#waiting--;
      if (this.#waiting === 0) {
        this.cancel();
      }
    });
    try {
      return await abortable(this.result, signal);
    } finally {
      stopListening();
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
    this.onCancel();
    this.abort();
  }
}
