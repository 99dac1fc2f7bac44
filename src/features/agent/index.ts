// oxlint-disable-next-line eslint-js/no-restricted-syntax -- a fork may have no `lm`, and a name that is missing breaks the import
import * as vscode from 'vscode';
import { isAbort } from '../../core/errors/catalogue';
import type { Disposable } from '../../core/util/disposable';
import { networkOf } from '../../common/settings/settings';
import { signalOf } from '../../common/vscode/cancellation';
import { DisposableStore } from '../../common/vscode/disposables';
import { Lazy } from '../../common/vscode/lazy';
import { createLines } from '../../common/vscode/safeWindow';
import type { AgentDeps } from './tool';
import { toolNames } from './toolNames';

/** Tools for VS Code's agent. Nothing of them is loaded before the first call; without an agent there are none. */
export function registerAgent(deps: Omit<AgentDeps, 'network'>): Disposable {
  const disposables = new DisposableStore();
  const { lm } = vscode as Partial<typeof vscode>;
  if (typeof lm?.registerTool !== 'function') {
    return disposables;
  }
  const tools = disposables.add(
    new Lazy(async () => {
      const { AgentTools } = await import('./agentTools');
      const network = () => networkOf(deps.accounts.current);
      return new AgentTools({ ...deps, network, isTrusted: () => vscode.workspace.isTrusted });
    }),
  );
  for (const name of toolNames) {
    disposables.add(
      lm.registerTool<unknown>(name, {
        prepareInvocation: ({ input }, token) =>
          cancellable(async () => {
            const prepared = await (await tools.get()).prepare(name, input, signalOf(token));
            const { progress, confirmation } = prepared;
            return {
              invocationMessage: progress,
              confirmationMessages: confirmation && {
                title: confirmation.title,
                message: createLines(confirmation.lines),
              },
            };
          }),
        invoke: ({ input }, token) =>
          cancellable(async () => {
            const text = await (await tools.get()).invoke(name, input, signalOf(token));
            return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
          }),
      }),
    );
  }
  return disposables;
}

async function cancellable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isAbort(error) ? new vscode.CancellationError() : error;
  }
}
