import type { Disposable } from './disposable';
import { forEachDespiteErrors } from './forEach';

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

  /** Calls every listener that is subscribed at this moment. @throws the first error of a listener, after the others */
  fire(value: T): void {
    forEachDespiteErrors([...this.#listeners], (listener) => listener(value));
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
