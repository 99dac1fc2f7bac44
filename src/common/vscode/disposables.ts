import type { Disposable } from '../../core/util/disposable';

/** Collects what must be let go of together. What arrives after the end is let go of at once. */
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

  /** Last in, first out; a second call does nothing. */
  dispose(): void {
    const items = this.#items ?? [];
    this.#items = undefined;
    for (const item of items.reverse()) {
      item.dispose();
    }
  }
}

/** Holds one disposable at a time: setting the next one lets go of the last. */
export class MutableDisposable implements Disposable {
  #item: Disposable | undefined;
  #ended = false;

  set(item: Disposable | undefined): void {
    this.#item?.dispose();
    this.#item = item;
    if (this.#ended) {
      item?.dispose();
    }
  }

  dispose(): void {
    this.#ended = true;
    this.set(undefined);
  }
}
