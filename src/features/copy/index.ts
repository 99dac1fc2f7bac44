import type { Disposable } from '../../core/util/disposable';
import { commandIds } from '../../common/vscode/commandIds';
import type { Commands } from '../../common/vscode/commands';
import { DisposableStore } from '../../common/vscode/disposables';
import type { CopyDeps } from './copy';

export interface CopyFeatureDeps extends CopyDeps {
  readonly commands: Commands;
}

/** Copying where packages go and where they are, and the way to the EDAS console. */
export function registerCopy(deps: CopyFeatureDeps): Disposable {
  const { commands } = deps;
  const disposables = new DisposableStore();
  disposables.add(
    commands.register(commandIds.copy, async () => (await import('./copy')).copy(deps)),
  );
  disposables.add(
    commands.register(commandIds.copyObjectUrl, async () =>
      (await import('./copy')).copyObjectUrl(deps),
    ),
  );
  disposables.add(
    commands.register(commandIds.openConsole, async () =>
      (await import('./openConsole')).openConsole(deps),
    ),
  );
  return disposables;
}
