import type { Disposable } from '../util/disposable';
import type { PackageLocation } from '../credential/packageLocation';
import { CodedError } from '../errors/catalogue';
import type { Event } from '../util/emitter';
import type { Log } from '../util/log';
import { BucketVersioning } from './bucketVersioning';
import { transferId } from './checkpoint';
import type { OssAccess } from './destination';
import { discardUpload } from './discard';
import { SlotPool } from './lanes';
import { TransferRegistry, type Transfer, type TransferChange } from './ledger';
import type { LockOptions } from './lock';
import { parallelPartsFor, partSizingFor, type PartSizing } from './plan';
import type { TransferContext } from './run';
import { TransferScheduler } from './runs';
import { TransferPersistence, transferFromCheckpoint } from './shelf';
import { sourceFromUri, type Source } from './source';
import { realTiming, type Timing } from './timing';
import type { UploadOptions, UploadRequest, UploadResult } from './types';

export type { Transfer, TransferChange, TransferState } from './ledger';
export type * from './types';

export interface TransferEngineOptions extends OssAccess {
  readonly log: Log;
  /** For checkpoints and the list of what has ended; shared by all windows. Without it nothing can be resumed. */
  readonly storageFolder?: string;
  /** What a person has set: size of a part in MiB (1 to 1024), and parts of one file at a time (1 to 8). */
  readonly settings?: () => { readonly partSize: number; readonly parallelParts: number };
  /** For tests: instead of the sizes by setting. */
  readonly sizes?: PartSizing;
  /** For tests. */
  readonly timing?: Timing;
  /** For tests. */
  readonly lock?: LockOptions;
}

export interface ResumeOptions extends UploadOptions {
  /** Overrides what was said when the transfer began, as after the question whether to overwrite. */
  readonly overwrite?: boolean;
  /** Needed when it is not a file on this computer. */
  readonly source?: Source;
}

/** Requests at once over all transfers: as many as the HTTP client has connections. */
const lanes = 16;

/** Brings files to object keys, and knows what becomes of them. */
export class TransferEngine implements Disposable {
  readonly #ledger = new TransferRegistry();
  readonly #runs: TransferScheduler;
  /** Of the transfers that are not done, so that they can be tried again. */
  readonly #sources = new Map<string, Source>();
  readonly #shop: TransferContext;
  readonly #shelf: TransferPersistence | undefined;

  /** Names the one transfer that changed; of one that runs, at most five times a second. */
  readonly onDidChange: Event<TransferChange> = this.#ledger.onDidChange;

  constructor({
    storageFolder: folder,
    settings,
    sizes,
    lock = {},
    ...options
  }: TransferEngineOptions) {
    const { log } = options;
    const isRunning = (id: string): boolean => this.#runs.has(id);
    this.#shelf =
      folder === undefined
        ? undefined
        : new TransferPersistence({ folder, lock, log, isRunning, ledger: this.#ledger });
    this.#shop = {
      ...options,
      timing: options.timing ?? realTiming,
      lanes: new SlotPool(lanes),
      store: this.#shelf?.store,
      sizes: () => sizes ?? partSizingFor(settings?.().partSize),
      parallel: () => parallelPartsFor(settings?.().parallelParts),
      versioning: new BucketVersioning(),
    };
    this.#runs = new TransferScheduler(this.#shop, this.#ledger, this.#shelf);
  }

  /** Those of this window, and what `load` has found. The youngest first. */
  get transfers(): readonly Transfer[] {
    return this.#ledger.all;
  }

  /**
   * Uploads one source to one key. Resolves when the object stands and, where the server counts CRC-64, is proved to
   * be the source byte for byte. What an interrupted transfer of the same source to the same key has left is gone on
   * with.
   * @throws CodedError with a code of `oss`, `source`, `key`, `transfer`, `network`, `answer`, `edas` or `account`;
   * an `AbortError` by the signal, by `cancel` and by `dispose`
   */
  upload(request: UploadRequest, options: UploadOptions): Promise<UploadResult> {
    return this.#start(request, options);
  }

  /**
   * Goes on with an interrupted transfer, or tries one again that has failed or was cancelled.
   * @throws as `upload`; CodedError `transfer.gone` when there is no such transfer any more, `source.notOnDisk` when
   * its source must be handed in, `transfer.credentialMoved` when it belongs to another account's bucket or prefix
   */
  async resume(id: string, options: ResumeOptions): Promise<UploadResult> {
    const found = await this.#shelf?.store.read(id);
    const checkpoint = found === 'unreadable' ? undefined : found;
    const transfer = checkpoint ? transferFromCheckpoint(id, checkpoint) : this.#ledger.get(id);
    if (transfer === undefined) {
      throw new CodedError('transfer.gone');
    }
    const { accountId, key, sourceUri, name } = transfer;
    const request: UploadRequest = {
      ...{ accountId, key },
      source: options.source ?? this.#sources.get(id) ?? sourceFromUri(sourceUri, name),
      overwrite: options.overwrite ?? checkpoint?.overwrite ?? false,
      ...(checkpoint && { contentType: checkpoint.contentType }),
    };
    return this.#start(request, options, checkpoint ?? transfer.place);
  }

  /** Ends a transfer that runs here: its sockets are closed at once. Resolves when it has ended. */
  cancel(id: string): Promise<void> {
    return this.#runs.cancel(id);
  }

  /**
   * Takes an interrupted transfer away: aborts it on the server until no part is left, and forgets it.
   * @throws CodedError `transfer.busy` when another window works on it; `transfer.credentialMoved`, `oss.*`,
   * `network.*`. It stays in the list then.
   */
  async discard(id: string, signal: AbortSignal): Promise<void> {
    await this.cancel(id);
    if (this.#shelf !== undefined) {
      await discardUpload(this.#shop, this.#shelf.store, id, signal);
    }
    await this.#drop(id);
  }

  /** Takes a transfer from the list, unless it runs, here or elsewhere. Parts that it has on the server stay there. */
  async forget(id: string): Promise<void> {
    if (!this.#runs.has(id) && this.#ledger.get(id)?.state !== 'elsewhere') {
      await this.#shelf?.store.delete(id);
      await this.#drop(id);
    }
  }

  /** Finds what earlier windows have left: interrupted transfers, and the last that have ended. */
  async load(): Promise<void> {
    await this.#shelf?.removeLeftovers();
    await this.#shelf?.loadFinished();
    await this.#shelf?.loadInterrupted();
  }

  /** The transfers that can be resumed or discarded, as the disk has them now. */
  async interrupted(): Promise<readonly Transfer[]> {
    await this.#shelf?.loadInterrupted();
    return this.transfers.filter(({ state }) => state === 'interrupted');
  }

  /** Ends all transfers; their checkpoints stay. */
  dispose(): void {
    void this.stop();
  }

  /** As `dispose`; resolves when all have ended and everything is on disk. */
  async stop(): Promise<void> {
    this.#shelf?.dispose();
    const closed = this.#runs.close();
    this.#ledger.dispose();
    await closed;
    await this.#shelf?.written();
  }

  /** A source that must be handed in is kept for the next try. */
  async #start(
    request: UploadRequest,
    options: UploadOptions,
    place?: PackageLocation,
  ): Promise<UploadResult> {
    const { accountId, key, source } = request;
    const id = transferId(accountId, key, source.uri);
    this.#sources.set(id, source);
    try {
      const result = await this.#runs.start(request, options, place);
      this.#sources.delete(id);
      return result;
    } finally {
      this.#forgetSources();
    }
  }

  /** A transfer that has dropped out of the list cannot be tried again. */
  #forgetSources(): void {
    for (const id of this.#sources.keys()) {
      if (this.#ledger.get(id) === undefined) {
        this.#sources.delete(id);
      }
    }
  }

  async #drop(id: string): Promise<void> {
    this.#sources.delete(id);
    this.#ledger.remove(id);
    await this.#shelf?.removeFinished(id);
  }
}
