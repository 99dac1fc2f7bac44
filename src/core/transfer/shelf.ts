import type { Disposable } from '../util/disposable';
import type { Log } from '../util/log';
import { acknowledgedBytes, type Checkpoint } from './checkpoint';
import { CheckpointStore } from './checkpointStore';
import { TransferHistory } from './history';
import { removeLeftovers } from './leftBehind';
import type { Transfer, TransferRegistry } from './ledger';
import type { LockOptions } from './lock';

/** How often it is looked whether another window has finished, ms. */
const lookElsewhereMs = 3_000;

export interface ShelfOptions {
  /** Shared by all windows. */
  readonly folder: string;
  readonly lock: LockOptions;
  readonly ledger: TransferRegistry;
  readonly isRunning: (id: string) => boolean;
  readonly log: Log;
  /** For tests: how often it is looked whether another window has finished, ms. */
  readonly lookMs?: number;
}

/** What transfers have left on disk, of this window and of others, and how it gets into the list. */
export class TransferPersistence implements Disposable {
  readonly store: CheckpointStore;
  readonly #history: TransferHistory;
  #looking: NodeJS.Timeout | undefined;
  #isDisposed = false;

  constructor(private readonly options: ShelfOptions) {
    this.store = new CheckpointStore(options.folder, options.lock);
    this.#history = new TransferHistory(options.folder);
  }

  /** Removes what killed windows have left. */
  removeLeftovers(): Promise<void> {
    return removeLeftovers(this.options.folder);
  }

  /** Puts those that have ended into the list. */
  async loadFinished(): Promise<void> {
    const { ledger } = this.options;
    // From the oldest on, so that the list loses those first.
    for (const transfer of (await this.#history.read()).toReversed()) {
      if (ledger.get(transfer.id) === undefined) {
        ledger.put(transfer);
      }
    }
  }

  /** Brings those that were interrupted, or run in another window, in the list up to date. */
  async loadInterrupted(): Promise<void> {
    try {
      const ids = new Set(await this.store.ids());
      this.#removeAllBut(ids);
      for (const id of ids) {
        await this.#loadIfReadable(id);
      }
    } finally {
      this.#lookAgain();
    }
  }

  saveFinished(transfer: Transfer): void {
    this.#history
      .add(transfer)
      .catch((error: unknown) => this.options.log.warn(`transfer: history: ${String(error)}`));
  }

  /** Resolves when all that was kept is on disk. */
  async written(): Promise<void> {
    await this.#history.written();
  }

  async removeFinished(id: string): Promise<void> {
    await this.#history.remove(id);
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#looking);
  }

  #removeAllBut(ids: ReadonlySet<string>): void {
    const { ledger } = this.options;
    for (const { id, state } of ledger.all) {
      if ((state === 'interrupted' || state === 'elsewhere') && !ids.has(id)) {
        ledger.remove(id);
      }
    }
  }

  /** What cannot be read now stays as it is, on disk and in the list, and keeps no other from being looked at. */
  async #loadIfReadable(id: string): Promise<void> {
    try {
      await this.#loadOne(id);
    } catch (error) {
      this.options.log.warn(`transfer: the checkpoint ${id} is left for later: ${String(error)}`);
    }
  }

  async #loadOne(id: string): Promise<void> {
    const { ledger, isRunning, log } = this.options;
    const [found, isLocked] = await Promise.all([this.store.read(id), this.store.isLocked(id)]);
    if (found === undefined || isRunning(id)) {
      return;
    }
    if (found === 'unreadable') {
      if (!isLocked) {
        log.warn(`transfer: the checkpoint ${id} means nothing and is thrown away`);
        await this.store.delete(id);
      }
      return;
    }
    const before = ledger.get(id);
    const after = transferFromCheckpoint(id, found, isLocked);
    if (before?.state !== after.state || before.acknowledgedBytes !== after.acknowledgedBytes) {
      ledger.put(after);
    }
  }

  /** Nobody tells when another window has ended: as long as one is at work, it is looked. */
  #lookAgain(): void {
    clearTimeout(this.#looking);
    const { ledger, lookMs = lookElsewhereMs } = this.options;
    if (!this.#isDisposed && ledger.all.some(({ state }) => state === 'elsewhere')) {
      this.#looking = setTimeout(
        () => void this.loadInterrupted().catch(() => undefined),
        lookMs,
      ).unref();
    }
  }
}

/** The transfer that a checkpoint is of. */
export function transferFromCheckpoint(
  id: string,
  checkpoint: Checkpoint,
  isLocked = false,
): Transfer {
  const { accountId, key, source, startedAt } = checkpoint;
  return {
    ...{ id, accountId, key },
    sourceUri: source.uri,
    name: source.name,
    size: source.size,
    state: isLocked ? 'elsewhere' : 'interrupted',
    acknowledgedBytes: acknowledgedBytes(checkpoint),
    since: startedAt,
  };
}
