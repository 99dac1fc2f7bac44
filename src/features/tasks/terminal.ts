import { setTimeout as sleep } from 'node:timers/promises';
import { EventEmitter, type Pseudoterminal } from 'vscode';
import { singleLine } from '../../core/util/displayText';

/** Where a task writes. */
export interface TaskOutput {
  line(text: string): void;
  /** A line that the next one replaces. */
  replaceLine(text: string): void;
  /** A line in red. */
  failure(text: string): void;
}

/** `notFollowed`: the deployment continues at EDAS, but its end is not known here. */
export const exitCodes = { done: 0, failed: 1, notFollowed: 124, cancelled: 130 } as const;

/** A task that fails sooner than this has failed to launch, as VS Code sees it (terminalProcessManager.ts: 500), ms. */
const launchMs = 600;

/** The terminal of a task: runs the work when it opens, and ends with its exit code. Closing it or Ctrl+C cancels. */
export class TaskTerminal implements Pseudoterminal {
  readonly #written = new EventEmitter<string>();
  readonly #ended = new EventEmitter<number>();
  readonly #closed = new AbortController();
  readonly onDidWrite = this.#written.event;
  readonly onDidClose = this.#ended.event;

  constructor(
    private readonly work: (output: TaskOutput, signal: AbortSignal) => Promise<number>,
  ) {}

  open(): void {
    void this.#run();
  }

  close(): void {
    this.#closed.abort();
  }

  handleInput(data: string): void {
    if (data === '\u0003') {
      this.close();
    }
  }

  async #run(): Promise<void> {
    const openedAt = Date.now();
    const code = await this.work(this.#output(), this.#closed.signal);
    if (code !== 0) {
      await sleep(Math.max(0, launchMs - (Date.now() - openedAt)));
    }
    this.#ended.fire(code);
    this.#written.dispose();
    this.#ended.dispose();
  }

  /** Texts may come from a server or a file name, so control characters are removed. */
  #output(): TaskOutput {
    let replacesLine = false;
    const write = (text: string, isTemporary = false): void => {
      const start = replacesLine ? '\r\u001b[K' : '';
      this.#written.fire(`${start}${text}${isTemporary ? '' : '\r\n'}`);
      replacesLine = isTemporary;
    };
    return {
      line: (text) => write(singleLine(text)),
      failure: (text) => write(`\u001b[31m${singleLine(text)}\u001b[0m`),
      replaceLine: (text) => write(singleLine(text), true),
    };
  }
}
