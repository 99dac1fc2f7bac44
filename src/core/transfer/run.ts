import { CodedError, hasCode } from '../errors/catalogue';
import type { BucketVersioning } from './bucketVersioning';
import { CheckpointWriter } from './checkpointKeeper';
import type { CheckpointStore } from './checkpointStore';
import type { UploadTarget, OssAccess } from './destination';
import type { UploadContext } from './job';
import type { SlotPool } from './lanes';
import type { Log } from '../util/log';
import { contentTypeOf } from '../oss/contentType';
import type { TransferLock } from './lock';
import { uploadMultipart } from './multipart';
import { partSizeOf, type PartSizing } from './plan';
import { transferPolicy } from './policies';
import type { ProgressMeter } from './progress';
import { RetryBudget } from './retryBudget';
import type { Timing } from './timing';
import type { UploadRequest, UploadResult } from './types';
import { putSingle } from './whole';

/** What the transfers of an engine share. */
export interface TransferContext extends OssAccess {
  readonly log: Log;
  readonly timing: Timing;
  readonly lanes: SlotPool;
  /** Undefined where there is no folder for checkpoints. */
  readonly store: CheckpointStore | undefined;
  readonly sizes: () => PartSizing;
  /** Parts of one transfer that go at a time. */
  readonly parallel: () => number;
  readonly versioning: BucketVersioning;
}

export interface UploadJobOptions {
  readonly id: string;
  readonly request: UploadRequest;
  readonly meter: ProgressMeter;
  readonly destination: UploadTarget;
  /** It has begun before: then it goes on with the same source or not at all. */
  readonly resumeOnly: boolean;
  /** Told once, when the source has been opened; bytes. */
  readonly onOpened: (size: number) => void;
  /** Ends the run. */
  readonly stop: AbortController;
}

/** Up to this size sending costs no more than a HEAD, bytes. */
const skipCheckBelowBytes = 1024 * 1024;

/** One try to bring a source to its key. */
export async function runUpload(
  context: TransferContext,
  options: UploadJobOptions,
): Promise<UploadResult> {
  const { request, meter, onOpened, stop } = options;
  const source = await request.source.open(stop.signal);
  try {
    onOpened(source.size);
    const sizes = context.sizes();
    const partSize = partSizeOf(source.size, sizes, request.source.name);
    const job = createUploadContext(context, options, source);
    // What an interrupted transfer has left must be gone on with, or taken away, even if the file is small now.
    const isWhole = source.size <= sizes.whole && (await context.store?.has(options.id)) !== true;
    return await (isWhole ? runWhole(context, job) : runInParts(context, options, job, partSize));
  } finally {
    meter.finish();
    await source.close();
  }
}

function createUploadContext(
  context: TransferContext,
  { id, request, meter, destination, stop: { signal } }: UploadJobOptions,
  source: UploadContext['source'],
): UploadContext {
  const { log, timing, lanes } = context;
  const budget = new RetryBudget();
  return {
    request: { ...request, contentType: request.contentType ?? contentTypeOf(request.key) },
    ...{ source, destination, lanes, meter, budget, log, timing, signal },
    keeper: new CheckpointWriter(context.store, id, log),
    policy: transferPolicy({
      ...{ timing, budget, log },
      hasProgress: () => meter.progress.acknowledgedBytes > 0,
      onPause: (isPaused) => meter.paused(isPaused),
    }),
  };
}

function runWhole({ versioning }: TransferContext, job: UploadContext): Promise<UploadResult> {
  const { request, source, destination, signal } = job;
  const { bucket } = destination;
  const put = (checkFirst: boolean): Promise<UploadResult> =>
    putSingle(job, {
      checkFirst,
      onVersioning: (isVersioned) => versioning.learn(bucket, isVersioned),
    });
  if (request.overwrite) {
    return put(false);
  }
  // A HEAD saves sending many bytes in vain.
  return source.size > skipCheckBelowBytes ? put(true) : versioning.run(bucket, put, signal);
}

async function runInParts(
  { store, parallel }: TransferContext,
  { id, resumeOnly, stop }: UploadJobOptions,
  job: UploadContext,
  partSize: number,
): Promise<UploadResult> {
  const plan = { partSize, parallel: parallel(), resumeOnly };
  const lock = await lockOf(store, id, job);
  lock?.onLost(() => stop.abort());
  try {
    return await uploadMultipart(job, plan);
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
  job: UploadContext,
): Promise<TransferLock | undefined> {
  const { signal, log } = job;
  try {
    return await store?.lock(id, signal);
  } catch (error) {
    if (hasCode(error, 'transfer.busy')) {
      throw busy(job, error);
    }
    if (signal.aborted) {
      throw error;
    }
    log.warn(`transfer: not locked: ${String(error)}`);
    return undefined;
  }
}

function busy({ request }: UploadContext, cause: unknown): CodedError {
  return new CodedError('transfer.busy', { subject: request.source.name }, { cause });
}
