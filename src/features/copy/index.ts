import type { Disposable } from '../../core/util/disposable';
import type { Uses } from '../../common/featureServices';
import type { CopyDeps } from './copy';

/** Copying objects and values of the credential, and opening the EDAS console. */
export function registerCopy(deps: CopyDeps & Uses<'commands'>): Disposable {
  return deps.commands.registerAll({
    copy: async () => (await import('./copy')).copy(deps),
    copyObjectUrl: async () => (await import('./copy')).copyObjectUrl(deps),
    openConsole: async () => (await import('./openConsole')).openConsole(deps),
  });
}
