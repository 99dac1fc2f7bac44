import type { Disposable } from '../../core/util/disposable';
import { Emitter, type Event } from '../../core/util/emitter';

/** Something that is heavy to load, made at its first use and kept. A failed making is tried again at the next use. */
export class Lazy<T extends Disposable> implements Disposable {
  #made: Promise<T> | undefined;
  readonly #didMake = new Emitter<T>();

  /** Told once it has been made, for whoever wants to see it but does not need it. */
  readonly onDidCreate: Event<T> = this.#didMake.event;

  constructor(private readonly make: () => Promise<T>) {}

  get(): Promise<T> {
    this.#made ??= this.make().then(
      (made) => {
        this.#didMake.fire(made);
        return made;
      },
      (error: unknown) => {
        this.#made = undefined;
        throw error;
      },
    );
    return this.#made;
  }

  /** What has been made, if anything has. */
  async made(): Promise<T | undefined> {
    return this.#made?.catch(() => undefined);
  }

  dispose(): void {
    this.#didMake.dispose();
    void this.#made?.then(
      (made) => made.dispose(),
      () => undefined,
    );
  }
}
