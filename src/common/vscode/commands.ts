import { commands } from 'vscode';
import type { Disposable } from '../../core/util/disposable';
import { commandIds, type CommandId } from './commandIds';
import { DisposableStore } from './disposables';
import type { Reporter } from './reporter';

type CommandName = keyof typeof commandIds;

/** What VS Code passes to a command: nothing from the palette, a row or a resource from a menu. */
export type CommandHandler = (...args: readonly unknown[]) => unknown;

/** Registers commands so that a failure of any of them is reported, here and nowhere else. */
export class Commands {
  constructor(private readonly reporter: Reporter) {}

  /** Registers the handlers by the names of their commands in `commandIds`. */
  registerAll(handlers: Readonly<Partial<Record<CommandName, CommandHandler>>>): Disposable {
    const disposables = new DisposableStore();
    for (const [name, handler] of Object.entries(handlers)) {
      disposables.add(this.#register(commandIds[name as CommandName], handler));
    }
    return disposables;
  }

  #register(id: CommandId, handler: CommandHandler): Disposable {
    return commands.registerCommand(id, async (...args: unknown[]) => {
      try {
        return await handler(...args);
      } catch (error) {
        // Not awaited: the command has ended, whether or not the person answers the message.
        void this.reporter.report(error);
        return undefined;
      }
    });
  }
}
