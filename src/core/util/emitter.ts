import type { Disposable } from './disposable';

/** Subscribes to an event. Disposing the result unsubscribes. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** The source of one event: its owner fires it; others subscribe through its `event`. */
export class Emitter<T> implements Disposable {
  readonly #listeners = new Set<(value: T) => void>();

  readonly event: Event<T> = (listener) => {
    // A new wrapper each time, so that a function that subscribes twice has two subscriptions.
    const subscription = (value: T): void => listener(value);
    this.#listeners.add(subscription);
    return { dispose: () => void this.#listeners.delete(subscription) };
  };

  /** Calls every listener that is subscribed at this moment. */
  fire(value: T): void {
    for (const listener of [...this.#listeners]) {
      listener(value);
    }
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
