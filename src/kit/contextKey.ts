import { commands } from 'vscode';

/** A context key that `when` clauses of package.json read. Unset until the first `set`. */
export class ContextKey {
  #value: boolean | undefined;

  constructor(private readonly name: string) {}

  set(value: boolean): void {
    if (value !== this.#value) {
      this.#value = value;
      void commands.executeCommand('setContext', this.name, value);
    }
  }

  reset(): void {
    this.#value = undefined;
    void commands.executeCommand('setContext', this.name, undefined);
  }
}
