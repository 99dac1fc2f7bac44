import type { Disposable } from '../../core/util/disposable';
import { Emitter, type Event } from '../../core/util/emitter';
import { peekStoredTransfers } from '../../core/transfer/storage/storageFiles';
import type { Transfer, TransferChange, TransferManager } from '../../core/transfer/manager';
import { DisposableStore } from '../../common/vscode/disposables';
import type { Lazy } from '../../common/vscode/lazy';
import type { TransferServices } from '../../common/transferServices';
import { sortTransfers, sortRank } from './sort';

/**
 * The transfers that the view shows. The transfer services are not loaded before there is something to show.
 */
export class TransferList implements Disposable {
  readonly #transfers = new Map<string, Transfer>();
  readonly #startedHere = new Set<string>();
  readonly #disposables = new DisposableStore();
  readonly #changed = this.#disposables.add(new Emitter<string | undefined>());
  #loading: Promise<void> | undefined;

  /** Of the transfer whose row has changed; undefined when one was added, removed or moved. */
  readonly onDidChange: Event<string | undefined> = this.#changed.event;

  /** @param folder of the stored transfers */
  constructor(
    private readonly transferServices: Lazy<TransferServices>,
    private readonly folder: string,
  ) {
    this.#disposables.add(transferServices.onDidCreate(({ manager }) => this.#listenTo(manager)));
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

  /** Whether it ran in this window. */
  startedHere(id: string): boolean {
    return this.#startedHere.has(id);
  }

  /** At the start: loads interrupted transfers; reads only a folder if there are none. */
  async loadInterrupted(): Promise<void> {
    if ((await peekStoredTransfers(this.folder)).interrupted) {
      await this.#load();
    }
  }

  /** When the view is shown: loads all stored transfers, also those that other windows have stored meanwhile. */
  async refresh(): Promise<void> {
    if (this.#loading !== undefined) {
      await this.#loading;
      await (await this.transferServices.get()).manager.refreshInterrupted();
      return;
    }
    const { interrupted, finished } = await peekStoredTransfers(this.folder);
    if (interrupted || finished) {
      await this.#load();
    }
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #load(): Promise<void> {
    this.#loading ??= this.transferServices
      .get()
      .then(({ manager }) => manager.loadStored())
      .catch((error: unknown) => {
        this.#loading = undefined;
        throw error;
      });
    return this.#loading;
  }

  #listenTo(manager: TransferManager): void {
    this.#disposables.add(manager.onDidChange((change) => this.#update(change)));
    for (const transfer of manager.transfers) {
      this.#update({ id: transfer.id, transfer });
    }
  }

  #update({ id, transfer }: TransferChange): void {
    const before = this.#transfers.get(id);
    if (transfer === undefined) {
      this.#transfers.delete(id);
    } else {
      this.#transfers.set(id, transfer);
      if (transfer.state === 'running') {
        this.#startedHere.add(id);
      }
    }
    const isInPlace = before && transfer && sortRank(before) === sortRank(transfer);
    this.#changed.fire(isInPlace === true ? id : undefined);
  }
}
