import { setMaxListeners } from 'node:events';
import type { Credential } from '../../core/alibaba/edas/credential';
import { CodedError, hasCode, isAbort } from '../../core/errors/catalogue';
import { BatchStop } from '../../core/errors/classify';
import { assertKeyLength } from '../../core/oss/objectKey';
import type { CredentialSession } from '../../core/credential/session';
import { transferId } from '../../core/transfer/storage/checkpoint';
import type { TransferProgress, UploadResult } from '../../core/transfer/types';
import { abortable, abortError, onAbort } from '../../core/util/abort';
import { forEachLimit, Semaphore } from '../../core/util/concurrency';
import type { Log } from '../../core/util/log';
import { signedInAccount, type CurrentAccount } from '../account';
import type { TransferServices } from '../transferServices';
import type { Lazy } from '../vscode/lazy';
import { logFailure } from '../vscode/log';
import { numberedKey } from './numberedKey';
import type { ConflictResolution, UploadItem, BatchOptions, UploadOutcome } from './types';

export interface UploadServiceDeps {
  readonly accounts: CurrentAccount;
  readonly session: CredentialSession;
  readonly transferServices: Lazy<TransferServices>;
  readonly log: Log;
}

/** As many as there can be requests at a time, so that the round trips of small files do not add up. */
const itemsAtOnce = 16;
/** Larger files use several requests each, so fewer of them are uploaded at a time. Bytes. */
const largeFromBytes = 8 * 1024 * 1024;
const largeAtOnce = 4;
/** How many numbered names are tried if the key exists. */
const maxNames = 1000;

/**
 * Uploads for the Explorer, the palette, drops, tasks and other extensions. Whether a key exists is checked by the
 * transfer; a conflict becomes a question to the caller.
 */
export class UploadService {
  readonly #running = new Set<AbortController>();

  constructor(private readonly deps: UploadServiceDeps) {}

  /** How many uploads, or batches of them, are running. */
  get running(): number {
    return this.#running.size;
  }

  cancelAll(): void {
    for (const controller of this.#running) {
      controller.abort();
    }
  }

  /**
   * Runs work that uploads, so that it counts as running from its first step on, and `cancelAll` cancels it.
   *
   * @param signal also cancels it
   */
  async track<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const stopListening = onAbort(signal, () => controller.abort());
    this.#running.add(controller);
    try {
      return await work(controller.signal);
    } finally {
      this.#running.delete(controller);
      stopListening();
    }
  }

  /** @throws CodedError `account.signedOut`, and what fetching throws */
  async credential(signal: AbortSignal): Promise<Credential> {
    signedInAccount(this.deps.accounts);
    return this.deps.session.current(signal);
  }

  /** Uploads the items. @returns their outcomes, in the same order; an error of an item is its outcome */
  async upload(
    items: readonly UploadItem[],
    options: BatchOptions,
  ): Promise<readonly UploadOutcome[]> {
    const transferServices = await this.deps.transferServices.get();
    const { id: accountId } = signedInAccount(this.deps.accounts);
    const batch = new UploadBatch(
      { transferServices, accountId, log: this.deps.log },
      items,
      options,
    );
    return batch.run();
  }

  /** Uploads one item. @throws what its transfer throws, and an AbortError when it was cancelled */
  async uploadOne(item: UploadItem, options: BatchOptions): Promise<UploadResult> {
    const [outcome] = await this.upload([item], options);
    if (outcome?.kind === 'uploaded') {
      return outcome.result;
    }
    throw outcome?.kind === 'failed' ? outcome.error : abortError();
  }
}

interface BatchDeps {
  readonly transferServices: TransferServices;
  readonly accountId: string;
  readonly log: Log;
}

/** The items of one call of `upload`. */
class UploadBatch {
  readonly #outcomes = new Map<UploadItem, UploadOutcome>();
  /** The key of an item's latest attempt. */
  readonly #sentTo = new Map<UploadItem, string>();
  /** Keys used in this batch. */
  readonly #keys: Set<string>;
  readonly #stop = new BatchStop();
  readonly #cancelled = new AbortController();
  readonly #secondAttempts = new Semaphore(largeAtOnce);

  constructor(
    private readonly deps: BatchDeps,
    private readonly items: readonly UploadItem[],
    private readonly options: BatchOptions,
  ) {
    this.#keys = new Set(items.map(({ key }) => key));
  }

  async run(): Promise<readonly UploadOutcome[]> {
    const { signal, onAttempted } = this.options;
    // Each item listens; Node would warn from the eleventh listener on.
    setMaxListeners(0, this.#cancelled.signal);
    const stopListening = onAbort(signal, () => this.#cancelled.abort());
    const afterConflicts: Promise<void>[] = [];
    try {
      const attempt = async (item: UploadItem): Promise<void> => {
        const isConflict = await this.#attempt(item, () =>
          this.#send(item, item.key, this.options.overwrite === true),
        );
        if (isConflict) {
          // Not awaited here: other uploads continue while the person decides.
          afterConflicts.push(this.#resolve(item));
        }
      };
      const isLarge = ({ size }: UploadItem): boolean =>
        size === undefined || size > largeFromBytes;
      await Promise.all([
        forEachLimit(this.items.filter(isLarge), largeAtOnce, attempt),
        forEachLimit(
          this.items.filter((item) => !isLarge(item)),
          itemsAtOnce,
          attempt,
        ),
      ]);
      onAttempted?.();
      await Promise.all(afterConflicts);
    } finally {
      stopListening();
    }
    return this.items.flatMap((item) => this.#outcomes.get(item) ?? []);
  }

  #isCancelled(): boolean {
    return this.#cancelled.signal.aborted;
  }

  /** @returns true when the batch is cancelled or has stopped, so that the item is settled */
  #settleIfEnded(item: UploadItem): boolean {
    const isCancelled = this.#isCancelled();
    if (!isCancelled && !this.#stop.isStopped) {
      return false;
    }
    this.#settle({ kind: isCancelled ? 'cancelled' : 'notStarted', item });
    return true;
  }

  /**
   * Runs an attempt to its outcome.
   * @returns true, without an outcome, when the key exists and the caller can be asked
   */
  async #attempt(
    item: UploadItem,
    work: () => Promise<UploadResult>,
    { mayAsk = this.options.onConflict !== undefined } = {},
  ): Promise<boolean> {
    if (this.#settleIfEnded(item)) {
      return false;
    }
    try {
      const result = await work();
      this.#stop.succeeded();
      this.#settle({ kind: 'uploaded', item, result });
    } catch (error) {
      if (hasCode(error, 'oss.objectExists') && mayAsk) {
        return true;
      }
      if (isAbort(error)) {
        const isResumable = this.#isCancelled() && this.#isResumable(item);
        this.#settle({ kind: 'cancelled', item, isResumable });
        return false;
      }
      this.#stop.failed(error);
      this.#settle({ kind: 'failed', item, error, isResumable: this.#isResumable(item) });
    }
    return false;
  }

  async #resolve(item: UploadItem): Promise<void> {
    const { onConflict } = this.options;
    if (this.#settleIfEnded(item)) {
      return;
    }
    let resolution: ConflictResolution;
    try {
      // A dialog cannot be closed, and a cancellation does not wait for its answer.
      resolution =
        onConflict === undefined
          ? 'skip'
          : await abortable(onConflict(item), this.#cancelled.signal);
    } catch (error) {
      if (!isAbort(error)) {
        this.#settle({ kind: 'failed', item, error });
        return;
      }
      // The person has cancelled the batch, or the question and with it the batch.
      this.#cancelled.abort();
      this.#settle({ kind: 'cancelled', item });
      return;
    }
    if (resolution === 'skip') {
      this.#settle({ kind: 'skipped', item });
      return;
    }
    const work = (): Promise<UploadResult> =>
      resolution === 'overwrite' ? this.#send(item, item.key, true) : this.#keepBoth(item);
    await this.#secondAttempts.run(async () => {
      await this.#attempt(item, work, { mayAsk: false });
    });
  }

  /** Uploads under the first free numbered key; only the upload itself shows whether a key is free. */
  async #keepBoth(item: UploadItem): Promise<UploadResult> {
    for (let number = 1; number <= maxNames; number += 1) {
      const key = numberedKey(item.key, number);
      if (this.#keys.has(key)) {
        continue;
      }
      assertKeyLength(key);
      this.#keys.add(key);
      try {
        const result = await this.#send(item, key, false);
        await this.#discardOld(item);
        return result;
      } catch (error) {
        if (!hasCode(error, 'oss.objectExists')) {
          throw error;
        }
      }
    }
    throw new CodedError('oss.objectExists', { subject: item.key });
  }

  async #send(item: UploadItem, key: string, overwrite: boolean): Promise<UploadResult> {
    const { transferServices, accountId } = this.deps;
    const { onProgress, onPacked, onConflict, location } = this.options;
    const options = {
      signal: this.#cancelled.signal,
      onProgress: (progress: TransferProgress) => onProgress?.(item, progress),
      isConflictListed: onConflict === undefined,
    };
    this.#sentTo.set(item, key);
    const source = await item.source((packed, total) => onPacked?.(item, packed, total));
    return item.transferId !== undefined && key === item.key
      ? transferServices.manager.resume(item.transferId, {
          ...options,
          source,
          overwrite: overwrite || undefined,
        })
      : transferServices.manager.upload({ accountId, source, key, overwrite, location }, options);
  }

  /** The file was uploaded to another key, so the interrupted transfer will not be resumed. */
  async #discardOld({ transferId: id }: UploadItem): Promise<void> {
    try {
      if (id !== undefined) {
        await this.deps.transferServices.manager.discard(id, this.#cancelled.signal);
      }
    } catch (error) {
      logFailure(this.deps.log, error);
    }
  }

  #isResumable(item: UploadItem): boolean {
    const { transferServices, accountId } = this.deps;
    const key = this.#sentTo.get(item) ?? item.key;
    const id = transferId(accountId, key, item.sourceUri);
    return transferServices.manager.transfers.some(
      (each) => each.id === id && each.state === 'interrupted',
    );
  }

  #settle(outcome: UploadOutcome & { readonly item: UploadItem }): void {
    this.#outcomes.set(outcome.item, outcome);
    this.#log(outcome);
    this.options.onSettled?.(outcome);
  }

  #log(outcome: UploadOutcome & { readonly item: UploadItem }): void {
    const { log } = this.deps;
    if (outcome.kind === 'uploaded') {
      const { key, size, sentBytes, crc64, verified, requestId = 'unknown' } = outcome.result;
      const proof = verified ? `crc64 ${crc64}` : 'not verified';
      log.info(`uploaded ${key}, ${size} bytes, ${sentBytes} sent, ${proof}, request ${requestId}`);
    } else if (outcome.kind === 'failed') {
      logFailure(log, outcome.error);
    } else {
      log.info(`${outcome.kind}: ${outcome.item.key}`);
    }
  }
}
