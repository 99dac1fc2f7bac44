import { setMaxListeners } from 'node:events';
import type { PackageLocation } from '../credential/packageLocation';
import { CodedError, isAbort, hasCode } from '../errors/catalogue';
import { abortError, onAbort } from '../util/abort';
import { transferId } from './checkpoint';
import { UploadTarget } from './destination';
import { Semaphore } from '../util/concurrency';
import type { Transfer, TransferRegistry } from './ledger';
import { ProgressMeter } from './progress';
import { runUpload, type TransferContext } from './run';
import { transferFromCheckpoint, type TransferPersistence } from './shelf';
import type { UploadOptions, UploadRequest, UploadResult } from './types';

/** Transfers that have begun; more wait without an open file. */
const transfersAtATime = 16;

/** A transfer that runs in this window. */
interface ActiveTransfer {
  readonly stop: AbortController;
  /** Resolves when it has ended, however. */
  readonly end: Promise<void>;
}

/** What a transfer is about, whatever becomes of it. */
type TransferIdentity = Pick<Transfer, 'id' | 'accountId' | 'sourceUri' | 'name' | 'key'>;

/** The transfers that run in this window: each once, and each in the list from its beginning to its end. */
export class TransferScheduler {
  readonly #gate = new Semaphore(transfersAtATime);
  readonly #running = new Map<string, ActiveTransfer>();
  #isClosed = false;

  constructor(
    private readonly context: TransferContext,
    private readonly ledger: TransferRegistry,
    private readonly shelf: TransferPersistence | undefined,
  ) {}

  has(id: string): boolean {
    return this.#running.has(id);
  }

  /**
   * @param place where it went before; it goes there again or not at all
   * @throws CodedError `transfer.busy` when it runs already; and what `runUpload` throws
   */
  async start(
    request: UploadRequest,
    options: UploadOptions,
    place?: PackageLocation,
  ): Promise<UploadResult> {
    const { accountId, key, source } = request;
    const id = transferId(accountId, key, source.uri);
    if (this.#running.has(id)) {
      throw new CodedError('transfer.busy', { subject: source.name });
    }
    if (this.#isClosed) {
      throw abortError();
    }
    const stop = new AbortController();
    // One signal serves a whole batch, and each lane listens: no leak, whatever Node suspects.
    setMaxListeners(0, options.signal, stop.signal);
    const stopListening = onAbort(options.signal, () => stop.abort(abortError()));
    const run = this.#run(id, request, options, stop, place);
    const about = { id, accountId, key, sourceUri: source.uri, name: source.name };
    const end = run
      .then(
        (result) => this.#succeed(about, result),
        (error: unknown) => this.#fail(about, error),
      )
      .catch((error: unknown) => this.context.log.warn(`transfer: list: ${String(error)}`));
    this.#running.set(id, { stop, end });
    this.ledger.put({ ...about, state: 'running', since: Date.now() });
    try {
      await end;
      return await run;
    } finally {
      stopListening();
    }
  }

  /** Closes the sockets of a transfer at once. Resolves when it has ended. */
  async cancel(id: string): Promise<void> {
    const run = this.#running.get(id);
    run?.stop.abort(abortError());
    await run?.end;
  }

  /** Ends all, and lets none begin. Resolves when all have ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#running.keys()].map((id) => this.cancel(id)));
  }

  async #run(
    id: string,
    request: UploadRequest,
    { onProgress }: UploadOptions,
    stop: AbortController,
    place: PackageLocation | undefined,
  ): Promise<UploadResult> {
    const { timing } = this.context;
    const update = (change: Partial<Transfer>): void => {
      const transfer = this.ledger.get(id);
      if (transfer?.state === 'running') {
        this.ledger.put({ ...transfer, ...change });
      }
    };
    // Before its turn has come: until then the person may switch to another account.
    const destination = await (place
      ? new UploadTarget(this.context, place, request.key)
      : UploadTarget.find(this.context, request, stop.signal));
    const { bucket, keyPrefix } = destination;
    update({ place: { bucket, keyPrefix } });
    const meter = new ProgressMeter(
      (progress) => {
        update({ progress });
        onProgress?.(progress);
      },
      () => timing.now(),
    );
    const about = { id, request, meter, destination, resumeOnly: place !== undefined, stop };
    const onOpened = (size: number): void => update({ size });
    return this.#gate.run(() => runUpload(this.context, { ...about, onOpened }), stop.signal);
  }

  #succeed(about: TransferIdentity, result: UploadResult): void {
    this.#running.delete(about.id);
    this.#end({ ...about, size: result.size, state: 'done', result, since: Date.now() });
  }

  async #fail(about: TransferIdentity, error: unknown): Promise<void> {
    const { id } = about;
    // Of one that cannot be read now, the next look at the disk tells.
    const found = await this.shelf?.store.read(id).catch(() => undefined);
    this.#running.delete(id);
    const known = hasCode(error) ? { error } : {};
    if (hasCode(error, 'transfer.busy')) {
      this.ledger.remove(id);
      await this.shelf?.loadInterrupted();
    } else if (found !== undefined && found !== 'unreadable') {
      this.ledger.put({ ...transferFromCheckpoint(id, found), ...known, since: Date.now() });
    } else {
      const { place, size } = this.ledger.get(id) ?? {};
      const state = isAbort(error) ? 'cancelled' : 'failed';
      const seen = { ...(place && { place }), ...(size !== undefined && { size }) };
      this.#end({ ...about, ...known, ...seen, state, since: Date.now() });
    }
  }

  #end(transfer: Transfer): void {
    this.ledger.put(transfer);
    this.shelf?.saveFinished(transfer);
  }
}
