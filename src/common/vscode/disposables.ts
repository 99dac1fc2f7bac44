import type { Disposable } from '../../core/util/disposable';

/** Disposes several things together. What is added after that is disposed of at once. */
export class DisposableStore implements Disposable {
  #items: Disposable[] | undefined = [];

  add<T extends Disposable>(item: T): T {
    if (this.#items === undefined) {
      item.dispose();
    } else {
      this.#items.push(item);
    }
    return item;
  }

  addAll(...items: readonly Disposable[]): void {
    items.forEach((item) => this.add(item));
  }

  /** Last in, first out; a second call does nothing. */
  dispose(): void {
    const items = this.#items ?? [];
    this.#items = undefined;
    for (const item of items.reverse()) {
      item.dispose();
    }
  }
}

/** Holds one disposable at a time: setting the next one disposes of the last. */
export class MutableDisposable implements Disposable {
  #item: Disposable | undefined;
  #isDisposed = false;

  set(item: Disposable | undefined): void {
    this.#item?.dispose();
    this.#item = item;
    if (this.#isDisposed) {
      item?.dispose();
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    this.set(undefined);
  }
}
