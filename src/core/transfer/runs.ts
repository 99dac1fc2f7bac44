import { setMaxListeners } from 'node:events';
import type { Place } from '../edas/place';
import { CodedError, isAbort, isCoded } from '../errors';
import { abortError, onAbort } from '../http/abort';
import { transferId } from './checkpoint';
import { Destination } from './destination';
import { Semaphore } from '../concurrency';
import type { Transfer, TransferLedger } from './ledger';
import { ProgressMeter } from './progress';
import { runTransfer, type Workshop } from './run';
import { shelved, type Shelf } from './shelf';
import type { UploadOptions, UploadRequest, UploadResult } from './types';

/** Transfers that have begun; more wait without an open file. */
const transfersAtATime = 16;

/** A transfer that runs in this window. */
interface Run {
  readonly stop: AbortController;
  /** Resolves when it has ended, however. */
  readonly end: Promise<void>;
}

/** What a transfer is about, whatever becomes of it. */
type About = Pick<Transfer, 'id' | 'accountId' | 'sourceUri' | 'name' | 'key'>;

/** The transfers that run in this window: each once, and each in the list from its beginning to its end. */
export class TransferRuns {
  readonly #gate = new Semaphore(transfersAtATime);
  readonly #running = new Map<string, Run>();
  #isClosed = false;

  constructor(
    private readonly shop: Workshop,
    private readonly ledger: TransferLedger,
    private readonly shelf: Shelf | undefined,
  ) {}

  has(id: string): boolean {
    return this.#running.has(id);
  }

  /**
   * @param place where it went before; it goes there again or not at all
   * @throws CodedError `transfer.busy` when it runs already; and what `runTransfer` throws
   */
  async start(
    request: UploadRequest,
    options: UploadOptions,
    place?: Place,
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
      .catch((error: unknown) => this.shop.log.warn(`transfer: list: ${String(error)}`));
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
    place: Place | undefined,
  ): Promise<UploadResult> {
    const { timing } = this.shop;
    const update = (change: Partial<Transfer>): void => {
      const transfer = this.ledger.get(id);
      if (transfer?.state === 'running') {
        this.ledger.put({ ...transfer, ...change });
      }
    };
    // Before its turn has come: until then the person may switch to another account.
    const destination = await (place
      ? new Destination(this.shop, place, request.key)
      : Destination.find(this.shop, request.key, stop.signal));
    const { bucket, keyPrefix } = destination;
    update({ place: { bucket, keyPrefix } });
    const meter = new ProgressMeter(
      (progress) => {
        update({ progress });
        onProgress?.(progress);
      },
      () => timing.now(),
    );
    const about = { id, request, meter, destination, mustGoOn: place !== undefined, stop };
    const onOpened = (size: number): void => update({ size });
    return this.#gate.run(() => runTransfer(this.shop, { ...about, onOpened }), stop.signal);
  }

  #succeed(about: About, result: UploadResult): void {
    this.#running.delete(about.id);
    this.#end({ ...about, size: result.size, state: 'done', result, since: Date.now() });
  }

  async #fail(about: About, error: unknown): Promise<void> {
    const { id } = about;
    // Of one that cannot be read now, the next look at the disk tells.
    const found = await this.shelf?.store.read(id).catch(() => undefined);
    this.#running.delete(id);
    const known = isCoded(error) ? { error } : {};
    if (isCoded(error, 'transfer.busy')) {
      this.ledger.remove(id);
      await this.shelf?.loadInterrupted();
    } else if (found !== undefined && found !== 'unreadable') {
      this.ledger.put({ ...shelved(id, found), ...known, since: Date.now() });
    } else {
      const { place, size } = this.ledger.get(id) ?? {};
      const state = isAbort(error) ? 'cancelled' : 'failed';
      const seen = { ...(place && { place }), ...(size !== undefined && { size }) };
      this.#end({ ...about, ...known, ...seen, state, since: Date.now() });
    }
  }

  #end(transfer: Transfer): void {
    this.ledger.put(transfer);
    this.shelf?.keepEnded(transfer);
  }
}
