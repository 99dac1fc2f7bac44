import { abortError, onAbort } from '../http/abort';

/** Lets so many in at a time; the others wait in the order in which they came. */
export class Gate {
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  /** @param cap 1 or more */
  constructor(private readonly cap: number) {}

  /** @throws AbortError when the signal is aborted before the work began, and what the work throws */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#enter(signal);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  async #enter(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true) {
      throw abortError();
    }
    if (this.#inside < this.cap) {
      this.#inside += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const enter = (): void => {
        stopListening();
        resolve();
      };
      const stopListening = onAbort(signal, () => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(abortError());
      });
      this.#waiting.push(enter);
    });
  }

  /** Hands the place over, so that nobody who comes in between takes it. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#inside -= 1;
    } else {
      next();
    }
  }
}
