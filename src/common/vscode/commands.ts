import { commands } from 'vscode';
import type { Disposable } from '../../core/util/disposable';
import type { CommandId } from './commandIds';
import type { Reporter } from './reporter';

/** What VS Code hands to a command: nothing from the palette, a row or a resource from a menu. */
export type CommandHandler = (...args: readonly unknown[]) => unknown;

/** Registers commands so that a failure of any of them is told as a sentence, here and nowhere else. */
export class Commands {
  constructor(private readonly reporter: Reporter) {}

  register(id: CommandId, handler: CommandHandler): Disposable {
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
