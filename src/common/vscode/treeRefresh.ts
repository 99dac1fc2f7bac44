import { EventEmitter } from 'vscode';
import type { Disposable } from '../../core/util/disposable';
import { ThrottledRefresh } from './throttledRefresh';

/** Has VS Code read the changed rows of a tree view again, at most five times a second. Rows are named by their ids. */
export class TreeRefresh implements Disposable {
  readonly #changed = new EventEmitter<string[] | undefined>();
  readonly #rows = new Set<string>();
  #hasListChanged = false;
  readonly #throttle = new ThrottledRefresh(() => {
    this.#changed.fire(this.#hasListChanged ? undefined : [...this.#rows]);
    this.#rows.clear();
    this.#hasListChanged = false;
  });

  /** For `TreeDataProvider.onDidChangeTreeData`. */
  readonly event = this.#changed.event;

  /** @param id of the row that has changed; undefined when rows were added, removed or moved */
  changed(id: string | undefined): void {
    if (id === undefined) {
      this.#hasListChanged = true;
    } else {
      this.#rows.add(id);
    }
    this.#throttle.changed();
  }

  dispose(): void {
    this.#throttle.dispose();
    this.#changed.dispose();
  }
}
