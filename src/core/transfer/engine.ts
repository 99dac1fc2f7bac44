import { setMaxListeners } from 'node:events';
import type { Disposable } from '../disposable';
import { CodedError, isAbort, isCoded } from '../errors';
import type { Event } from '../emitter';
import { abortError, onAbort } from '../http/abort';
import type { Log } from '../log';
import { transferId, type Checkpoint } from './checkpoint';
import type { Way } from './destination';
import { discardUpload } from './discard';
import { Gate } from './gate';
import { Lanes } from './lanes';
import { TransferLedger, type Transfer, type TransferChange } from './ledger';
import type { LockOptions } from './lock';
import { parallelPartsFor, sizesFor, type Sizes } from './plan';
import { ProgressMeter } from './progress';
import { runTransfer, type Workshop } from './run';
import { Shelf, shelved } from './shelf';
import { sourceOf, type Source } from './source';
import { realTiming, type Timing } from './timing';
import type { UploadOptions, UploadRequest, UploadResult } from './types';

export type { Transfer, TransferChange, TransferState } from './ledger';
export type * from './types';

export interface TransferEngineOptions extends Way {
  readonly log: Log;
  /** For checkpoints and the list of what has ended; shared by all windows. Without it nothing can be resumed. */
  readonly storageFolder?: string;
  /** What a person has set: size of a part in MiB (1 to 1024), and parts of one file at a time (1 to 8). */
  readonly settings?: () => { readonly partSize: number; readonly parallelParts: number };
  /** For tests: instead of the sizes by setting. */
  readonly sizes?: Sizes;
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

/** Requests that go on at a time, over all transfers. */
const lanes = 8;
/** Transfers that have begun; more wait without an open file. */
const transfersAtATime = 16;

/** A transfer that runs in this window. */
interface Run {
  readonly stop: AbortController;
  /** Resolves when it has ended, however. */
  readonly end: Promise<unknown>;
}

/** Brings files to object keys, and knows what becomes of them. */
export class TransferEngine implements Disposable {
  readonly #ledger = new TransferLedger();
  readonly #gate = new Gate(transfersAtATime);
  readonly #running = new Map<string, Run>();
  /** Of the transfers that are not done, so that they can be tried again. */
  readonly #sources = new Map<string, Source>();
  readonly #shop: Workshop;
  readonly #shelf: Shelf | undefined;
  #isDisposed = false;

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
    const isRunning = (id: string): boolean => this.#running.has(id);
    this.#shelf =
      folder === undefined
        ? undefined
        : new Shelf({ folder, lock, log, isRunning, ledger: this.#ledger });
    this.#shop = {
      ...options,
      timing: options.timing ?? realTiming,
      lanes: new Lanes(lanes),
      store: this.#shelf?.store,
      sizes: () => sizes ?? sizesFor(settings?.().partSize),
      parallel: () => parallelPartsFor(settings?.().parallelParts),
      plainBuckets: new Set(),
    };
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
    const transfer = checkpoint ? shelved(id, checkpoint) : this.#ledger.get(id);
    if (transfer === undefined) {
      throw new CodedError('transfer.gone');
    }
    const { accountId, key, sourceUri, name } = transfer;
    const request: UploadRequest = {
      ...{ accountId, key },
      source: options.source ?? this.#sources.get(id) ?? sourceOf(sourceUri, name),
      overwrite: options.overwrite ?? checkpoint?.overwrite ?? false,
      ...(checkpoint && { contentType: checkpoint.contentType }),
    };
    return this.#start(request, options, checkpoint);
  }

  /** Ends a transfer that runs here: its sockets are closed at once. Resolves when it has ended. */
  async cancel(id: string): Promise<void> {
    const run = this.#running.get(id);
    run?.stop.abort(abortError());
    await run?.end;
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

  /** Takes a transfer that does not run from the list. Parts that it has on the server stay there. */
  async forget(id: string): Promise<void> {
    if (!this.#running.has(id)) {
      await this.#shelf?.store.delete(id);
      await this.#drop(id);
    }
  }

  /** Finds what earlier windows have left: interrupted transfers, and the last that have ended. */
  async load(): Promise<void> {
    await this.#shelf?.loadEnded();
    await this.#shelf?.loadInterrupted();
  }

  /** The transfers that can be resumed or discarded, as the disk has them now. */
  async interrupted(): Promise<readonly Transfer[]> {
    await this.#shelf?.loadInterrupted();
    return this.transfers.filter(({ state }) => state === 'interrupted');
  }

  /** Ends all transfers; their checkpoints stay. */
  dispose(): void {
    this.#isDisposed = true;
    this.#shelf?.dispose();
    for (const { stop } of this.#running.values()) {
      stop.abort(abortError());
    }
    this.#ledger.dispose();
  }

  /** As `dispose`; resolves when all have ended and everything is on disk. */
  async stop(): Promise<void> {
    const ends = [...this.#running.values()].map(({ end }) => end);
    this.dispose();
    await Promise.all(ends);
    await this.#shelf?.written();
  }

  async #start(
    request: UploadRequest,
    options: UploadOptions,
    place?: Checkpoint,
  ): Promise<UploadResult> {
    const { accountId, key, source } = request;
    const id = transferId(accountId, key, source.uri);
    if (this.#running.has(id)) {
      throw new CodedError('transfer.busy', { subject: source.name });
    }
    if (this.#isDisposed) {
      throw abortError();
    }
    const stop = new AbortController();
    // One signal serves a whole batch, and each lane listens: no leak, whatever Node suspects.
    setMaxListeners(0, options.signal, stop.signal);
    const stopListening = onAbort(options.signal, () => stop.abort(abortError()));
    const run = this.#gate.run(() => this.#run(id, request, options, stop, place), stop.signal);
    const about = { id, accountId, key, sourceUri: source.uri, name: source.name };
    const end = run
      .then(
        (result) => this.#succeed(about, result),
        (error: unknown) => this.#fail(about, error),
      )
      .catch((error: unknown) => this.#shop.log.warn(`transfer: list: ${String(error)}`));
    this.#running.set(id, { stop, end });
    this.#sources.set(id, source);
    this.#ledger.put({ ...about, state: 'running', since: Date.now() });
    try {
      await end;
      return await run;
    } finally {
      stopListening();
    }
  }

  #run(
    id: string,
    request: UploadRequest,
    { onProgress }: UploadOptions,
    stop: AbortController,
    place: Checkpoint | undefined,
  ): Promise<UploadResult> {
    const { timing } = this.#shop;
    const update = (change: Partial<Transfer>): void => {
      const transfer = this.#ledger.get(id);
      if (transfer?.state === 'running') {
        this.#ledger.put({ ...transfer, ...change });
      }
    };
    const meter = new ProgressMeter(
      (progress) => {
        update({ progress });
        onProgress?.(progress);
      },
      () => timing.now(),
    );
    const onOpened = (size: number): void => update({ size });
    return runTransfer(this.#shop, { id, request, meter, place, onOpened, stop });
  }

  #succeed(about: About, result: UploadResult): void {
    this.#running.delete(about.id);
    this.#sources.delete(about.id);
    this.#end({ ...about, size: result.size, state: 'done', result, since: Date.now() });
  }

  async #fail(about: About, error: unknown): Promise<void> {
    const { id } = about;
    const found = await this.#shelf?.store.read(id);
    this.#running.delete(id);
    const known = isCoded(error) ? { error } : {};
    if (isCoded(error, 'transfer.busy')) {
      this.#ledger.remove(id);
      await this.#shelf?.loadInterrupted();
    } else if (found !== undefined && found !== 'unreadable') {
      this.#ledger.put({ ...shelved(id, found), ...known, since: Date.now() });
    } else {
      const size = this.#ledger.get(id)?.size;
      const state = isAbort(error) ? 'cancelled' : 'failed';
      const sized = size === undefined ? {} : { size };
      this.#end({ ...about, ...known, ...sized, state, since: Date.now() });
    }
  }

  #end(transfer: Transfer): void {
    this.#ledger.put(transfer);
    this.#shelf?.keepEnded(transfer);
  }

  async #drop(id: string): Promise<void> {
    this.#sources.delete(id);
    this.#ledger.remove(id);
    await this.#shelf?.forgetEnded(id);
  }
}

/** What a transfer is about, whatever becomes of it. */
type About = Pick<Transfer, 'id' | 'accountId' | 'sourceUri' | 'name' | 'key'>;
