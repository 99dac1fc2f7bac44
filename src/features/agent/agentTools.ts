import { CodedError, isAbort } from '../../core/errors/catalogue';
import type { Disposable } from '../../core/util/disposable';
import { logFailure } from '../../common/vscode/log';
import { failureText } from './failureText';
import { factLines } from './resultText';
import type { AgentDeps, BoundTool, Call, Proposal, Tool, ToolResult } from './tool';
import type { ToolName } from './toolNames';
import { tools as allTools } from './tools';

/** What VS Code shows before a call. */
export interface PreparedCall {
  readonly progress: string;
  /** Absent: nothing is changed, or the call fails anyway. */
  readonly confirmation?: Pick<Proposal, 'lines' | 'title'>;
}

/** What came of a preparation: what was proposed to the person, or why nothing could be. */
type Prepared = { readonly proposal: Proposal } | { readonly error: unknown };

/** At most so many prepared calls are remembered; those that the person declined are never made. */
const maxPrepared = 32;

/**
 * Runs the tools. What a call changes is proposed in `prepare`, confirmed by the person in VS Code, proposed anew in
 * `invoke`, and done only if both proposals are the same: a call that was not prepared changes nothing.
 */
export class AgentTools implements Disposable {
  /** By tool and input: the same call may be prepared several times. */
  readonly #prepared: { readonly id: string; readonly prepared: Prepared }[] = [];
  readonly #tools: Readonly<Record<ToolName, Tool>>;

  constructor(
    private readonly deps: AgentDeps & { readonly isTrusted: () => boolean },
    tools = allTools,
  ) {
    this.#tools = tools;
  }

  /** @throws AbortError by the signal only: other failures are returned by `invoke` */
  async prepare(name: ToolName, input: unknown, signal: AbortSignal): Promise<PreparedCall> {
    let bound: BoundTool;
    try {
      bound = this.#bind(name, input);
    } catch {
      return { progress: name };
    }
    const { progress } = bound;
    if (bound.kind === 'read') {
      return { progress };
    }
    const id = idOf(name, bound);
    try {
      const proposal = await bound.propose({ deps: this.deps, signal });
      this.#remember(id, { proposal });
      return { progress, confirmation: proposal };
    } catch (error) {
      if (isAbort(error)) {
        throw error;
      }
      this.#remember(id, { error });
      return { progress };
    }
  }

  /** @returns what the model reads, also of a failure. @throws AbortError by the signal */
  async invoke(name: ToolName, input: unknown, signal: AbortSignal): Promise<string> {
    const { log } = this.deps;
    try {
      const result = await this.#run(name, input, { deps: this.deps, signal });
      log.info(`agent: ${name}`);
      if (result.error !== undefined) {
        logFailure(log, result.error);
      }
      return resultText(result);
    } catch (error) {
      if (isAbort(error)) {
        log.info(`agent: ${name}: cancelled`);
        throw error;
      }
      log.info(`agent: ${name}: failed`);
      logFailure(log, error);
      return failureText(error);
    }
  }

  dispose(): void {
    this.#prepared.length = 0;
  }

  /** @throws CodedError `workspace.notTrusted`, `agent.badInput` */
  #bind(name: ToolName, input: unknown): BoundTool {
    if (!this.deps.isTrusted()) {
      throw new CodedError('workspace.notTrusted');
    }
    return this.#tools[name].bind(input);
  }

  async #run(name: ToolName, input: unknown, call: Call): Promise<ToolResult> {
    const bound = this.#bind(name, input);
    if (bound.kind === 'read') {
      return bound.read(call);
    }
    const prepared = this.#take(idOf(name, bound));
    if (prepared === undefined) {
      throw new CodedError('agent.notConfirmed');
    }
    if ('error' in prepared) {
      throw prepared.error;
    }
    const now = await bound.propose(call, prepared.proposal);
    if (contentOf(now) !== contentOf(prepared.proposal)) {
      throw new CodedError('agent.notConfirmed');
    }
    return now.run(call);
  }

  #remember(id: string, prepared: Prepared): void {
    this.#prepared.push({ id, prepared });
    this.#prepared.splice(0, this.#prepared.length - maxPrepared);
  }

  /** The last one: of equal calls, what was confirmed for one holds for the other. */
  #take(id: string): Prepared | undefined {
    const index = this.#prepared.findLastIndex((each) => each.id === id);
    return index < 0 ? undefined : this.#prepared.splice(index, 1)[0]?.prepared;
  }
}

function idOf(name: ToolName, { id }: BoundTool): string {
  return `${name} ${id}`;
}

function contentOf({ title, lines, fingerprint }: Proposal): string {
  return JSON.stringify([title, lines, fingerprint]);
}

function resultText({ facts, next, error }: ToolResult): string {
  if (error !== undefined) {
    return failureText(error, facts, next);
  }
  return [...factLines(facts), ...(next === undefined ? [] : [`next: ${next}`])].join('\n');
}
