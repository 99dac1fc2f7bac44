import path from 'node:path';
import type { Disposable } from '../util/disposable';
import { CodedError } from '../errors/catalogue';
import type { Event } from '../util/emitter';
import type { Log } from '../util/log';
import { BucketVersioning } from './upload/bucketVersioning';
import type { OssAccess } from './upload/uploadTarget';
import { DeltaUploads, type DeltaSizes } from './delta/deltaUploads';
import { discardUpload } from './multipart/abort';
import { SlotPool } from './schedule/slots';
import { TransferRegistry, type Transfer, type TransferChange } from './registry';
import type { LockOptions } from './storage/lock';
import { maxParallelPartsFor, partSizingFor, type PartSizing } from './multipart/partSizing';
import type { TransferContext } from './upload/uploadJob';
import { TransferScheduler } from './schedule/scheduler';
import { TransferPersistence, transferFromCheckpoint } from './storage/persistence';
import type { Source } from './source/source';
import { realTiming, type Timing } from '../util/timing';
import type { TransferSettings, UploadOptions, UploadRequest, UploadResult } from './types';

export type { Transfer, TransferChange } from './registry';
export type * from './types';

export interface TransferManagerOptions extends OssAccess {
  readonly log: Log;
  /** Holds checkpoints and the history; shared by all windows. Without it nothing can be resumed. */
  readonly storageFolder?: string;
  readonly settings?: () => TransferSettings;
  /** For tests, as all that follows: replaces the sizes from the settings. */
  readonly sizing?: PartSizing;
  readonly deltaSizes?: DeltaSizes;
  readonly timing?: Timing;
  readonly lock?: LockOptions;
}

export interface ResumeOptions extends UploadOptions {
  /** Replaces the transfer's own value, as after the prompt whether to overwrite. */
  readonly overwrite?: boolean;
  /** The same source again. */
  readonly source: Source;
}

/** Requests in flight over all transfers: as many as the HTTP client has connections. */
const maxRequests = 16;

/** Runs uploads and holds the list of running, interrupted and finished ones. */
export class TransferManager implements Disposable {
  readonly #registry = new TransferRegistry();
  readonly #scheduler: TransferScheduler;
  readonly #context: TransferContext;
  readonly #persistence: TransferPersistence | undefined;

  /** Fires for each transfer that changes; for a running one at most five times a second. */
  readonly onDidChange: Event<TransferChange> = this.#registry.onDidChange;

  constructor({
    storageFolder: folder,
    settings,
    sizing: sizes,
    lock = {},
    deltaSizes,
    ...options
  }: TransferManagerOptions) {
    const { log } = options;
    const isRunning = (id: string): boolean => this.#scheduler.has(id);
    this.#persistence =
      folder === undefined
        ? undefined
        : new TransferPersistence({ folder, lock, log, isRunning, registry: this.#registry });
    this.#context = {
      ...options,
      timing: options.timing ?? realTiming,
      slots: new SlotPool(maxRequests),
      store: this.#persistence?.store,
      sizing: () => sizes ?? partSizingFor(settings?.().partSize),
      maxParallel: () => maxParallelPartsFor(settings?.().parallelParts),
      versioning: new BucketVersioning(),
      deltas:
        folder === undefined
          ? undefined
          : new DeltaUploads({
              folder: path.join(folder, 'chunks'),
              session: options.session,
              log,
              isEnabled: () => settings?.().deltaUpload !== false,
              sizes: deltaSizes,
            }),
    };
    this.#scheduler = new TransferScheduler(this.#context, this.#registry, this.#persistence);
  }

  /** The transfers of this window and those that `loadStored` has found, newest first. */
  get transfers(): readonly Transfer[] {
    return this.#registry.all;
  }

  /**
   * Uploads one source to one key. Resolves when the object exists and, where the server computes CRC-64, is verified to
   * equal the source. An interrupted transfer of the same source to the same key is resumed.
   * @throws CodedError with a code of `oss`, `source`, `key`, `transfer`, `network`, `response`, `edas` or `account`;
   * an `AbortError` by the signal, by `cancel` and by `dispose`
   */
  upload(request: UploadRequest, options: UploadOptions): Promise<UploadResult> {
    return this.#scheduler.start(request, options);
  }

  /**
   * Resumes an interrupted transfer, or retries one that has failed or was cancelled.
   * @throws as `upload`; CodedError `transfer.gone` when the transfer no longer exists, `transfer.locationChanged` when it
   * belongs to another account's bucket or prefix
   */
  async resume(id: string, options: ResumeOptions): Promise<UploadResult> {
    const found = await this.#persistence?.store.read(id);
    const checkpoint = found === 'unreadable' ? undefined : found;
    const transfer = checkpoint ? transferFromCheckpoint(id, checkpoint) : this.#registry.get(id);
    if (transfer === undefined) {
      throw new CodedError('transfer.gone');
    }
    const { accountId, key } = transfer;
    const request: UploadRequest = {
      accountId,
      key,
      source: options.source,
      overwrite: options.overwrite ?? checkpoint?.overwrite ?? false,
      location: checkpoint
        ? { bucket: checkpoint.bucket, keyPrefix: checkpoint.keyPrefix }
        : transfer.location,
      contentType: checkpoint?.contentType,
    };
    return this.#scheduler.start(request, options, true);
  }

  /** Cancels a transfer of this window: its sockets are closed at once. Resolves when it has ended. */
  cancel(id: string): Promise<void> {
    return this.#scheduler.cancel(id);
  }

  /**
   * Discards an interrupted transfer: aborts it on the server until no part is left, and removes it from the list.
   * @throws CodedError `transfer.busy` when another window uploads it; `transfer.locationChanged`, `oss.*`,
   * `network.*`. It remains in the list then.
   */
  async discard(id: string, signal: AbortSignal): Promise<void> {
    await this.cancel(id);
    if (this.#persistence !== undefined) {
      await discardUpload(this.#context, this.#persistence.store, id, signal);
    }
    await this.#remove(id);
  }

  /** Removes a transfer from the list unless it is running in any window. Its parts on the server are left. */
  async removeFromList(id: string): Promise<void> {
    if (!this.#scheduler.has(id) && this.#registry.get(id)?.state !== 'otherWindow') {
      await this.#persistence?.store.delete(id);
      await this.#remove(id);
    }
  }

  /** Loads what earlier windows have stored: interrupted transfers and the history. */
  async loadStored(): Promise<void> {
    await this.#persistence?.load();
  }

  /** Reads the disk again and returns the transfers that can be resumed or discarded. */
  async refreshInterrupted(): Promise<readonly Transfer[]> {
    await this.#persistence?.loadInterrupted();
    return this.transfers.filter(({ state }) => state === 'interrupted');
  }

  /** Cancels all transfers; they can be resumed from their checkpoints. */
  dispose(): void {
    void this.stop();
  }

  /** Like `dispose`; resolves when all have ended and everything is on disk. */
  async stop(): Promise<void> {
    this.#persistence?.dispose();
    const closed = this.#scheduler.close();
    this.#registry.dispose();
    await closed;
    await this.#context.deltas?.stop();
    await this.#persistence?.history.flush();
  }

  async #remove(id: string): Promise<void> {
    this.#registry.remove(id);
    await this.#persistence?.history.remove(id);
  }
}
