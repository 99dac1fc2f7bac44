import { setTimeout as sleep } from 'node:timers/promises';
import { EventEmitter, type Pseudoterminal } from 'vscode';
import { singleLine } from '../../core/util/displayText';
import type { TaskOutput } from './output';

/** What fails sooner than this has failed to launch, in the words of VS Code (terminalProcessManager.ts: 500), ms. */
const launchMs = 600;

/** A task's terminal: runs the work once it is open, and ends with its exit code. Closing it or Ctrl+C cancels. */
export class TaskTerminal implements Pseudoterminal {
  readonly #written = new EventEmitter<string>();
  readonly #ended = new EventEmitter<number>();
  readonly #leaving = new AbortController();
  readonly onDidWrite = this.#written.event;
  readonly onDidClose = this.#ended.event;

  constructor(
    private readonly work: (output: TaskOutput, signal: AbortSignal) => Promise<number>,
  ) {}

  open(): void {
    void this.#run();
  }

  close(): void {
    this.#leaving.abort();
  }

  handleInput(data: string): void {
    if (data === '\u0003') {
      this.close();
    }
  }

  async #run(): Promise<void> {
    const openedAt = Date.now();
    const code = await this.work(this.#output(), this.#leaving.signal);
    if (code !== 0) {
      await sleep(Math.max(0, launchMs - (Date.now() - openedAt)));
    }
    this.#ended.fire(code);
    this.#written.dispose();
    this.#ended.dispose();
  }

  /** What is written may come from a server or a file's name, so that control characters are taken out. */
  #output(): TaskOutput {
    let isPassing = false;
    const write = (text: string, end: string): void => {
      // The passing line, if there is one, is what stands in this line now.
      this.#written.fire(`${isPassing ? '\r\u001b[K' : ''}${text}${end}`);
    };
    return {
      line: (text) => {
        write(singleLine(text), '\r\n');
        isPassing = false;
      },
      failure: (text) => {
        write(`\u001b[31m${singleLine(text)}\u001b[0m`, '\r\n');
        isPassing = false;
      },
      replaceLine: (text) => {
        write(singleLine(text), '');
        isPassing = true;
      },
    };
  }
}
