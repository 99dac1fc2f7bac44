import { commands } from 'vscode';
import type { Disposable } from '../../core/util/disposable';

/** A context key that `when` clauses of package.json read. Unset until the first `set`. */
export class ContextKey implements Disposable {
  #value: boolean | undefined;

  constructor(private readonly name: string) {}

  set(value: boolean): void {
    if (value !== this.#value) {
      this.#value = value;
      void commands.executeCommand('setContext', this.name, value);
    }
  }

  dispose(): void {
    this.#value = undefined;
    void commands.executeCommand('setContext', this.name, undefined);
  }
}
