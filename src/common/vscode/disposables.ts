import type { Disposable } from '../../core/util/disposable';
import { forEachDespiteErrors } from '../../core/util/forEach';

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
    forEachDespiteErrors(items, (item) => this.add(item));
  }

  /** Last in, first out; a second call does nothing. @throws the first error of an item, after the others are disposed */
  dispose(): void {
    const items = this.#items ?? [];
    this.#items = undefined;
    forEachDespiteErrors(items.reverse(), (item) => item.dispose());
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
