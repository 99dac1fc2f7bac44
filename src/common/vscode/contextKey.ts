import { commands } from 'vscode';

/** Sets a context key that `when` clauses of package.json read. Until the first call, it counts as false. */
export function setContext(name: string, value: boolean): void {
  void commands.executeCommand('setContext', name, value);
}
