// oxlint-disable-next-line eslint-js/no-restricted-syntax -- a fork may have no `lm`, and a name that is missing breaks the import
import * as vscode from 'vscode';
import type { Disposable } from '../../core/util/disposable';
import { networkOf } from '../../common/settings/settings';
import { DisposableStore } from '../../common/vscode/disposables';
import { Lazy } from '../../common/vscode/lazy';
import type { AgentDeps } from './tool';
import { toolNames } from './toolNames';

/** Tools for VS Code's agent. Nothing of them is loaded before the first call; without an agent there are none. */
export function registerAgent(deps: Omit<AgentDeps, 'network'>): Disposable {
  const disposables = new DisposableStore();
  const { lm } = vscode as Partial<typeof vscode>;
  if (typeof lm?.registerTool !== 'function') {
    return disposables;
  }
  const host = disposables.add(
    new Lazy(async () => {
      const { AgentHost } = await import('./host');
      return new AgentHost({ ...deps, network: () => networkOf(deps.accounts.current) });
    }),
  );
  for (const name of toolNames) {
    disposables.add(
      lm.registerTool<unknown>(name, {
        prepareInvocation: async ({ input }, token) =>
          (await host.get()).prepare(name, input, token),
        invoke: async ({ input }, token) => (await host.get()).invoke(name, input, token),
      }),
    );
  }
  return disposables;
}
