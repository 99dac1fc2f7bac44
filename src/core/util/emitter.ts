import type { Disposable } from './disposable';

/** Subscribes to an event. Disposing the answer ends the subscription. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** The source of one event: whoever holds it may fire, whoever holds its `event` may listen. */
export class Emitter<T> implements Disposable {
  readonly #listeners = new Set<(value: T) => void>();

  readonly event: Event<T> = (listener) => {
    // A wrapper of its own, so that one function that listens twice is two subscriptions.
    const subscription = (value: T): void => listener(value);
    this.#listeners.add(subscription);
    return { dispose: () => void this.#listeners.delete(subscription) };
  };

  /** Tells every listener that was there when the call began. */
  fire(value: T): void {
    for (const listener of [...this.#listeners]) {
      listener(value);
    }
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
