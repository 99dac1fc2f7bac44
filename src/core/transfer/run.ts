import { CodedError, isCoded } from '../errors';
import { CheckpointKeeper } from './checkpointKeeper';
import type { CheckpointStore } from './checkpointStore';
import type { Destination, Way } from './destination';
import type { Job } from './job';
import type { Lanes } from './lanes';
import type { Log } from '../log';
import { contentTypeOf } from '../oss/contentType';
import type { TransferLock } from './lock';
import { sendInParts } from './multipart';
import { partSizeOf, type Sizes } from './plan';
import { transferPolicy } from './policies';
import type { ProgressMeter } from './progress';
import { RetryBudget } from './retryBudget';
import type { Timing } from './timing';
import type { UploadRequest, UploadResult } from './types';
import { sendWhole } from './whole';

/** What the transfers of an engine share. */
export interface Workshop extends Way {
  readonly log: Log;
  readonly timing: Timing;
  readonly lanes: Lanes;
  /** Undefined where there is no folder for checkpoints. */
  readonly store: CheckpointStore | undefined;
  readonly sizes: () => Sizes;
  /** Parts of one transfer that go at a time. */
  readonly parallel: () => number;
  /** Buckets that are known to keep no versions, so that they heed `x-oss-forbid-overwrite`. */
  readonly plainBuckets: Set<string>;
}

export interface RunOptions {
  readonly id: string;
  readonly request: UploadRequest;
  readonly meter: ProgressMeter;
  readonly destination: Destination;
  /** It has begun before: then it goes on with the same source or not at all. */
  readonly mustGoOn: boolean;
  /** Told once, when the source has been opened; bytes. */
  readonly onOpened: (size: number) => void;
  /** Ends the run. */
  readonly stop: AbortController;
}

/** A source that is sent sooner than it is looked whether its key is free, bytes. */
const cheapBytes = 1024 * 1024;

/** One try to bring a source to its key. */
export async function runTransfer(shop: Workshop, options: RunOptions): Promise<UploadResult> {
  const { request, meter, onOpened, stop } = options;
  const source = await request.source.open(stop.signal);
  try {
    onOpened(source.size);
    const sizes = shop.sizes();
    const partSize = partSizeOf(source.size, sizes, request.source.name);
    const job = jobFor(shop, options, source);
    // What an interrupted transfer has left must be gone on with, or taken away, even if the file is small now.
    const isWhole = source.size <= sizes.whole && (await shop.store?.has(options.id)) !== true;
    return await (isWhole ? runWhole(shop, job) : runInParts(shop, options, job, partSize));
  } finally {
    meter.finish();
    await source.close();
  }
}

function jobFor(
  shop: Workshop,
  { id, request, meter, destination, stop: { signal } }: RunOptions,
  source: Job['source'],
): Job {
  const { log, timing, lanes } = shop;
  const budget = new RetryBudget();
  return {
    request: { ...request, contentType: request.contentType ?? contentTypeOf(request.key) },
    ...{ source, destination, lanes, meter, budget, log, timing, signal },
    keeper: new CheckpointKeeper(shop.store, id, log),
    policy: transferPolicy({
      ...{ timing, budget, log },
      isUnderWay: () => meter.progress.acknowledgedBytes > 0,
      onPause: (isPaused) => meter.paused(isPaused),
    }),
  };
}

function runWhole({ plainBuckets }: Workshop, job: Job): Promise<UploadResult> {
  const { request, source, destination } = job;
  // A bucket with versions ignores that we forbid to overwrite, so there it must be looked first (OSS API Reference,
  // PutObject). Elsewhere that saves sending bytes in vain, which is not worth a request when they are few.
  const isCheap = source.size <= cheapBytes && plainBuckets.has(destination.bucket);
  return sendWhole(job, {
    looksFirst: !request.overwrite && !isCheap,
    onVersioning: (isVersioned) => {
      if (isVersioned) {
        plainBuckets.delete(destination.bucket);
      } else {
        plainBuckets.add(destination.bucket);
      }
    },
  });
}

async function runInParts(
  { store, parallel }: Workshop,
  { id, mustGoOn, stop }: RunOptions,
  job: Job,
  partSize: number,
): Promise<UploadResult> {
  const plan = { partSize, parallel: parallel(), mustGoOn };
  const lock = await lockOf(store, id, job);
  lock?.onLost(() => stop.abort());
  try {
    return await sendInParts(job, plan);
  } catch (error) {
    throw lock?.isLost === true ? busy(job, error) : error;
  } finally {
    await lock?.release();
  }
}

/** A folder that cannot be written to is no reason not to upload; that another window is at it, is. */
async function lockOf(
  store: CheckpointStore | undefined,
  id: string,
  job: Job,
): Promise<TransferLock | undefined> {
  const { signal, log } = job;
  try {
    return await store?.lock(id, signal);
  } catch (error) {
    if (isCoded(error, 'transfer.busy')) {
      throw busy(job, error);
    }
    if (signal.aborted) {
      throw error;
    }
    log.warn(`transfer: not locked: ${String(error)}`);
    return undefined;
  }
}

function busy({ request }: Job, cause: unknown): CodedError {
  return new CodedError('transfer.busy', { subject: request.source.name }, { cause });
}
