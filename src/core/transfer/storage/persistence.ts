import type { Disposable } from '../../util/disposable';
import type { Log } from '../../util/log';
import { acknowledgedBytes, type Checkpoint } from './checkpoint';
import { CheckpointStore } from './checkpointStore';
import { TransferHistory } from './history';
import type { Transfer, TransferRegistry } from '../registry';
import type { LockOptions } from './lock';

/** How often the disk is checked for transfers of other windows that have ended, ms. */
const otherWindowsCheckMs = 3_000;

export interface PersistenceOptions {
  /** Shared by all windows. */
  readonly folder: string;
  readonly lock: LockOptions;
  readonly registry: TransferRegistry;
  readonly isRunning: (id: string) => boolean;
  readonly log: Log;
  /** For tests: how often the transfers of other windows are checked, ms. */
  readonly checkEveryMs?: number;
}

/** Loads the stored transfers of all windows into the registry, and stores those that finish here. */
export class TransferPersistence implements Disposable {
  readonly store: CheckpointStore;
  readonly history: TransferHistory;
  /** Transfers whose owners may continue, although they have had no heartbeat lately. */
  readonly #silent = new Set<string>();
  #nextCheck: NodeJS.Timeout | undefined;
  #isDisposed = false;

  constructor(private readonly options: PersistenceOptions) {
    this.store = new CheckpointStore(options.folder, options.lock);
    this.history = new TransferHistory(options.folder);
  }

  /** Loads what earlier windows have stored. */
  async load(): Promise<void> {
    const { registry } = this.options;
    // Oldest first, so that the registry drops those first.
    for (const transfer of (await this.history.read()).toReversed()) {
      if (registry.get(transfer.id) === undefined) {
        registry.put(transfer);
      }
    }
    await this.loadInterrupted();
  }

  /** Updates the transfers that are interrupted or running in another window. */
  async loadInterrupted(): Promise<void> {
    try {
      const ids = new Set(await this.store.ids());
      this.#removeAllBut(ids);
      for (const id of ids) {
        // A checkpoint that cannot be read now is left as it is, on disk and in the registry.
        await this.#load(id).catch((error: unknown) =>
          this.options.log.warn(
            `transfer: the checkpoint ${id} cannot be read now: ${String(error)}`,
          ),
        );
      }
    } finally {
      this.#scheduleCheck();
    }
  }

  saveFinished(transfer: Transfer): void {
    this.history
      .save(transfer)
      .catch((error: unknown) => this.options.log.warn(`transfer: history: ${String(error)}`));
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#nextCheck);
  }

  #removeAllBut(ids: ReadonlySet<string>): void {
    const { registry } = this.options;
    for (const id of this.#silent) {
      if (!ids.has(id)) {
        this.#silent.delete(id);
      }
    }
    for (const { id, state } of registry.all) {
      if ((state === 'interrupted' || state === 'otherWindow') && !ids.has(id)) {
        registry.remove(id);
      }
    }
  }

  async #load(id: string): Promise<void> {
    const { registry, isRunning, log } = this.options;
    const [found, lock] = await Promise.all([this.store.read(id), this.store.lockState(id)]);
    if (lock === 'silent') {
      this.#silent.add(id);
    } else {
      this.#silent.delete(id);
    }
    if (found === undefined || isRunning(id)) {
      return;
    }
    if (found === 'unreadable') {
      // The next upload of the same source aborts what an older or newer version has stored.
      if (lock === 'free' && (await this.store.readUploadReference(id)) === undefined) {
        log.warn(`transfer: the checkpoint ${id} is invalid and is deleted`);
        await this.store.delete(id);
      }
      return;
    }
    const before = registry.get(id);
    const after = transferFromCheckpoint(id, found, lock === 'held');
    if (before?.state !== after.state || before.acknowledgedBytes !== after.acknowledgedBytes) {
      registry.put(after);
    }
  }

  /** No event says that another window has finished or woken up, so the disk is checked while one is running. */
  #scheduleCheck(): void {
    clearTimeout(this.#nextCheck);
    const { registry, checkEveryMs = otherWindowsCheckMs } = this.options;
    const isAnyRunning =
      this.#silent.size > 0 || registry.all.some(({ state }) => state === 'otherWindow');
    if (!this.#isDisposed && isAnyRunning) {
      this.#nextCheck = setTimeout(
        () => void this.loadInterrupted().catch(() => undefined),
        checkEveryMs,
      ).unref();
    }
  }
}

/** The transfer that a checkpoint describes. */
export function transferFromCheckpoint(
  id: string,
  checkpoint: Checkpoint,
  isLocked = false,
): Transfer {
  const { accountId, key, source, startedAt } = checkpoint;
  return {
    id,
    accountId,
    key,
    sourceUri: source.uri,
    name: source.name,
    size: source.size,
    state: isLocked ? 'otherWindow' : 'interrupted',
    acknowledgedBytes: acknowledgedBytes(checkpoint),
    since: startedAt,
  };
}
