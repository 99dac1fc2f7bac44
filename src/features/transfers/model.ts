import type { Disposable } from '../../core/util/disposable';
import { Emitter, type Event } from '../../core/util/emitter';
import { peekStoredTransfers } from '../../core/transfer/storage/storageFiles';
import type { Transfer, TransferChange, TransferManager } from '../../core/transfer/manager';
import type { Lazy } from '../../common/vscode/lazy';
import type { TransferServices } from '../../common/transferServices';
import { sortTransfers, sortRank } from './sort';

/** One transfer has changed. */
export interface ListChange {
  readonly id: string;
  /** It came, went or has another place now; else only its row is another. */
  readonly reordered: boolean;
}

/**
 * The transfers as the view shows them. Until there is something to show, the engine is not loaded; then it is followed.
 */
export class TransferList implements Disposable {
  readonly #transfers = new Map<string, Transfer>();
  readonly #ranHere = new Set<string>();
  readonly #changed = new Emitter<ListChange>();
  readonly #waiting: Disposable;
  #following: Disposable | undefined;
  #loading: Promise<void> | undefined;

  readonly onDidChange: Event<ListChange> = this.#changed.event;

  /** @param folder where earlier windows have left what was interrupted */
  constructor(
    private readonly tools: Lazy<TransferServices>,
    private readonly folder: string,
  ) {
    this.#waiting = tools.onDidCreate(({ manager }) => this.#follow(manager));
  }

  /** Top to bottom. */
  get all(): readonly Transfer[] {
    return sortTransfers(this.#transfers.values());
  }

  get interrupted(): readonly Transfer[] {
    return this.all.filter(({ state }) => state === 'interrupted');
  }

  get(id: string): Transfer | undefined {
    return this.#transfers.get(id);
  }

  /** Whether it has run since this window was opened. */
  startedHere(id: string): boolean {
    return this.#ranHere.has(id);
  }

  /** At start: finds what was interrupted, and costs a look into a folder when nothing was. */
  async lookForInterrupted(): Promise<void> {
    if ((await peekStoredTransfers(this.folder)).interrupted) {
      await this.#load();
    }
  }

  /** When somebody looks: finds all that was left, also by other windows meanwhile. */
  async refresh(): Promise<void> {
    if (this.#loading !== undefined) {
      await this.#loading;
      await (await this.tools.get()).manager.refreshInterrupted();
      return;
    }
    const { interrupted, finished: ended } = await peekStoredTransfers(this.folder);
    if (interrupted || ended) {
      await this.#load();
    }
  }

  dispose(): void {
    this.#waiting.dispose();
    this.#following?.dispose();
    this.#changed.dispose();
  }

  #load(): Promise<void> {
    this.#loading ??= this.tools
      .get()
      .then(({ manager }) => manager.loadStored())
      .catch((error: unknown) => {
        this.#loading = undefined;
        throw error;
      });
    return this.#loading;
  }

  #follow(manager: TransferManager): void {
    this.#following = manager.onDidChange((change) => this.#take(change));
    for (const transfer of manager.transfers) {
      this.#take({ id: transfer.id, transfer });
    }
  }

  #take({ id, transfer }: TransferChange): void {
    const before = this.#transfers.get(id);
    if (transfer === undefined) {
      this.#transfers.delete(id);
    } else {
      this.#transfers.set(id, transfer);
      if (transfer.state === 'running') {
        this.#ranHere.add(id);
      }
    }
    const reordered =
      before === undefined || transfer === undefined || sortRank(before) !== sortRank(transfer);
    this.#changed.fire({ id, reordered });
  }
}
