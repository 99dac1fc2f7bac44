import { setMaxListeners } from 'node:events';
import { CodedError, isAbort, hasCode } from '../../errors/catalogue';
import { abortError, onAbort } from '../../util/abort';
import { transferId } from '../storage/checkpoint';
import { UploadTarget } from '../upload/uploadTarget';
import { Semaphore } from '../../util/concurrency';
import type { Transfer, TransferRegistry } from '../registry';
import { isFinished } from '../transferState';
import { ProgressMeter } from '../progress';
import { runUpload, type TransferContext, type UploadJobOptions } from '../upload/uploadJob';
import { transferFromCheckpoint, type TransferPersistence } from '../storage/persistence';
import type { UploadOptions, UploadRequest, UploadResult } from '../types';

/** Transfers with an open file; others wait. */
const maxOpenTransfers = 16;

/** A transfer that is running in this window. */
interface ActiveTransfer {
  readonly stop: AbortController;
  /** Resolves when it has ended, with success or not. */
  readonly end: Promise<void>;
}

/** What stays the same from the start to the end of a transfer. */
type TransferIdentity = Pick<Transfer, 'id' | 'accountId' | 'sourceUri' | 'name' | 'key'>;

/** Runs the transfers of this window, each at most once at a time, and records their states in the registry. */
export class TransferScheduler {
  readonly #semaphore = new Semaphore(maxOpenTransfers);
  readonly #active = new Map<string, ActiveTransfer>();
  #isClosed = false;

  constructor(
    private readonly context: TransferContext,
    private readonly registry: TransferRegistry,
    private readonly persistence: TransferPersistence | undefined,
  ) {}

  has(id: string): boolean {
    return this.#active.has(id);
  }

  /**
   * @param failsIfSourceChanged the person chose to resume: then a changed source is an error instead of a restart
   * @throws CodedError `transfer.busy` when it is running already; and what `runUpload` throws
   */
  async start(
    request: UploadRequest,
    options: UploadOptions,
    failsIfSourceChanged = false,
  ): Promise<UploadResult> {
    const { accountId, key, source, location } = request;
    const id = transferId(accountId, key, source.uri);
    if (this.#active.has(id)) {
      throw new CodedError('transfer.busy', { subject: source.name });
    }
    if (this.#isClosed) {
      throw abortError();
    }
    const stop = new AbortController();
    // One signal serves a whole batch, and each request listens to it: this is no listener leak.
    setMaxListeners(0, options.signal, stop.signal);
    const stopListening = onAbort(options.signal, () => stop.abort(abortError()));
    const run = this.#run(id, request, options, stop, failsIfSourceChanged);
    const identity = { id, accountId, key, sourceUri: source.uri, name: source.name };
    const before = this.registry.get(id);
    const end = run
      .then(
        (result) => this.#succeed(identity, result),
        (error: unknown) => this.#fail(identity, error, options, before),
      )
      .catch((error: unknown) => this.context.log.warn(`transfer: list: ${String(error)}`));
    this.#active.set(id, { stop, end });
    this.registry.put({ ...identity, location, state: 'running', since: Date.now() });
    try {
      await end;
      return await run;
    } finally {
      stopListening();
    }
  }

  /** Closes the sockets of a transfer at once. Resolves when it has ended. */
  async cancel(id: string): Promise<void> {
    const run = this.#active.get(id);
    run?.stop.abort(abortError());
    await run?.end;
  }

  /** Cancels all transfers and refuses new ones. Resolves when all have ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#active.keys()].map((id) => this.cancel(id)));
  }

  async #run(
    id: string,
    request: UploadRequest,
    { onProgress }: UploadOptions,
    stop: AbortController,
    failsIfSourceChanged: boolean,
  ): Promise<UploadResult> {
    const { timing } = this.context;
    const update = (change: Partial<Transfer>): void => {
      const transfer = this.registry.get(id);
      if (transfer?.state === 'running') {
        this.registry.put({ ...transfer, ...change });
      }
    };
    // Before it waits for its turn: meanwhile the person may switch to another account.
    const target = await UploadTarget.find(this.context, request, stop.signal);
    const { bucket, keyPrefix } = target;
    update({ location: { bucket, keyPrefix } });
    const meter = new ProgressMeter(
      (progress) => {
        update({ progress });
        onProgress?.(progress);
      },
      () => timing.now(),
    );
    const job: UploadJobOptions = {
      id,
      request,
      meter,
      target,
      failsIfSourceChanged,
      stop,
      onOpened: (size) => update({ size }),
    };
    return this.#semaphore.run(() => runUpload(this.context, job), stop.signal);
  }

  #succeed(identity: TransferIdentity, result: UploadResult): void {
    this.#active.delete(identity.id);
    this.#finish({ ...identity, size: result.size, state: 'done', result, since: Date.now() });
  }

  /** @param before what was listed before the transfer started */
  async #fail(
    identity: TransferIdentity,
    error: unknown,
    { isConflictListed = true }: UploadOptions,
    before: Transfer | undefined,
  ): Promise<void> {
    const { id } = identity;
    // A checkpoint that cannot be read now is found by the next refresh.
    const found = await this.persistence?.store.read(id).catch(() => undefined);
    this.#active.delete(id);
    const known = hasCode(error) ? { error } : {};
    if (hasCode(error, 'transfer.busy')) {
      this.registry.remove(id);
      await this.persistence?.loadInterrupted();
    } else if (found !== undefined && found !== 'unreadable') {
      this.registry.put({ ...transferFromCheckpoint(id, found), ...known, since: Date.now() });
    } else if (hasCode(error, 'oss.objectExists') && !isConflictListed) {
      if (before !== undefined && isFinished(before)) {
        this.registry.put(before);
      } else {
        this.registry.remove(id);
      }
    } else {
      const { location, size } = this.registry.get(id) ?? {};
      const state = isAbort(error) ? 'cancelled' : 'failed';
      const details = { ...(location && { location }), ...(size !== undefined && { size }) };
      this.#finish({ ...identity, ...known, ...details, state, since: Date.now() });
    }
  }

  #finish(transfer: Transfer): void {
    this.registry.put(transfer);
    this.persistence?.saveFinished(transfer);
  }
}
