import { abortError } from '../../core/util/abort';
import type { Disposable } from '../../core/util/disposable';
import { Emitter, type Event } from '../../core/util/emitter';

/** Something that is expensive to load, created at its first use. A failed creation is tried again at the next use. */
export class Lazy<T extends Disposable> implements Disposable {
  #made: Promise<T> | undefined;
  #isDisposed = false;
  readonly #didCreate = new Emitter<T>();

  /** Fires when it was created, for those who do not need it otherwise. */
  readonly onDidCreate: Event<T> = this.#didCreate.event;

  constructor(private readonly make: () => Promise<T>) {}

  /** @throws AbortError after `dispose`: nobody would dispose what is created then */
  get(): Promise<T> {
    if (this.#isDisposed) {
      return Promise.reject(abortError());
    }
    this.#made ??= this.make().then(
      (made) => {
        this.#didCreate.fire(made);
        return made;
      },
      (error: unknown) => {
        this.#made = undefined;
        throw error;
      },
    );
    return this.#made;
  }

  /** The instance, if it was created. */
  async made(): Promise<T | undefined> {
    return this.#made?.catch(() => undefined);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#didCreate.dispose();
    void this.#made?.then(
      (made) => made.dispose(),
      () => undefined,
    );
  }
}
