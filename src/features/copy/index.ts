import type { Disposable } from '../../core/disposable';
import { commandIds } from '../../kit/commandIds';
import type { Commands } from '../../kit/commands';
import { Disposables } from '../../kit/disposables';
import type { CopyDeps } from './copy';

export interface CopyFeatureDeps extends CopyDeps {
  readonly commands: Commands;
}

/** Copying where packages go and where they are, and the way to the EDAS console. */
export function registerCopy(deps: CopyFeatureDeps): Disposable {
  const { commands } = deps;
  const ends = new Disposables();
  ends.add(commands.register(commandIds.copy, async () => (await import('./copy')).copy(deps)));
  ends.add(
    commands.register(commandIds.copyObjectUrl, async () =>
      (await import('./copy')).copyObjectUrl(deps),
    ),
  );
  ends.add(
    commands.register(commandIds.openConsole, async () =>
      (await import('./openConsole')).openConsole(deps),
    ),
  );
  return ends;
}
