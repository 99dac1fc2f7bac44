import type { Disposable } from '../../core/util/disposable';
import type { TransferChange, TransferManager } from '../../core/transfer/manager';
import { MutableDisposable } from '../../common/vscode/disposables';
import type { Lazy } from '../../common/vscode/lazy';
import type { TransferServices } from '../../common/transferServices';

/** What ends within so much time is told together, ms. */
const gatherMs = 300;

/** Tells which keys have been uploaded, by this window or another one, once the transfer tools are there. */
export class RecentUploads implements Disposable {
  readonly #underWay = new Set<string>();
  readonly #following = new MutableDisposable();
  readonly #waiting: Disposable;
  #keys: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(
    tools: Pick<Lazy<TransferServices>, 'onDidCreate'>,
    private readonly tell: (keys: readonly string[]) => void,
  ) {
    this.#waiting = tools.onDidCreate(({ manager }) => this.#follow(manager));
  }

  dispose(): void {
    this.#waiting.dispose();
    this.#following.dispose();
    clearTimeout(this.#timer);
  }

  #follow(manager: Pick<TransferManager, 'onDidChange'>): void {
    this.#following.set(manager.onDidChange((change) => this.#take(change)));
  }

  #take({ id, transfer }: TransferChange): void {
    if (transfer?.state === 'running' || transfer?.state === 'otherWindow') {
      this.#underWay.add(id);
      return;
    }
    // One that was done before we looked is among the old ones that the transfers finds at its start.
    if (this.#underWay.delete(id) && transfer?.state === 'done') {
      this.#keys.push(transfer.key);
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.tell(this.#keys.splice(0));
      }, gatherMs);
    }
  }
}
