import {
  CancellationError,
  LanguageModelTextPart,
  LanguageModelToolResult,
  workspace,
  type CancellationToken,
  type PreparedToolInvocation,
} from 'vscode';
import { isAbort } from '../../core/errors/catalogue';
import type { Disposable } from '../../core/util/disposable';
import { signalOf } from '../../common/vscode/cancellation';
import { createLines } from '../../common/vscode/safeWindow';
import { AgentTools } from './agentTools';
import type { AgentDeps } from './tool';
import type { ToolName } from './toolNames';

/** The tools as VS Code calls them. */
export class AgentHost implements Disposable {
  readonly #tools: AgentTools;

  constructor(deps: AgentDeps) {
    this.#tools = new AgentTools({ ...deps, isTrusted: () => workspace.isTrusted });
  }

  prepare(
    name: ToolName,
    input: unknown,
    token: CancellationToken,
  ): Promise<PreparedToolInvocation> {
    return cancellable(async () => {
      const { progress, confirmation } = await this.#tools.prepare(name, input, signalOf(token));
      return {
        invocationMessage: progress,
        ...(confirmation !== undefined && {
          confirmationMessages: {
            title: confirmation.title,
            message: createLines(confirmation.lines),
          },
        }),
      };
    });
  }

  invoke(
    name: ToolName,
    input: unknown,
    token: CancellationToken,
  ): Promise<LanguageModelToolResult> {
    return cancellable(async () => {
      const text = await this.#tools.invoke(name, input, signalOf(token));
      return new LanguageModelToolResult([new LanguageModelTextPart(text)]);
    });
  }

  dispose(): void {
    this.#tools.dispose();
  }
}

async function cancellable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isAbort(error) ? new CancellationError() : error;
  }
}
