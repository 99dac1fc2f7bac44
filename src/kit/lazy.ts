import type { Disposable } from '../core/disposable';

/** Something that is heavy to load, made at its first use and kept. A failed making is tried again at the next use. */
export class Lazy<T extends Disposable> implements Disposable {
  #made: Promise<T> | undefined;

  constructor(private readonly make: () => Promise<T>) {}

  get(): Promise<T> {
    this.#made ??= this.make().catch((error: unknown) => {
      this.#made = undefined;
      throw error;
    });
    return this.#made;
  }

  dispose(): void {
    void this.#made?.then((made) => made.dispose());
  }
}
