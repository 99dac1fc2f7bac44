import { CodedError, hasCode } from '../../errors/catalogue';
import type { BucketVersioning } from './bucketVersioning';
import { CheckpointWriter } from '../storage/checkpointWriter';
import type { DeltaUploads } from '../delta/deltaUploads';
import type { CheckpointStore } from '../storage/checkpointStore';
import type { UploadTarget, OssAccess } from './uploadTarget';
import type { UploadContext } from './uploadContext';
import { Parallelism } from '../schedule/parallelism';
import type { SlotPool } from '../schedule/slots';
import type { Log } from '../../util/log';
import { contentTypeOf } from '../../oss/contentType';
import type { TransferLock } from '../storage/lock';
import { unitBytesOf, type PartSizing } from '../multipart/partSizing';
import { createRetryPolicy } from '../../retry/retryPolicy';
import type { ProgressMeter } from '../progress';
import { RetryBudget } from '../../retry/retryBudget';
import type { Timing } from '../../util/timing';
import type { UploadRequest, UploadResult } from '../types';
import { resumeOrStart, startUpload, type UploadPlan } from './startOrResume';

/** What all transfers of a manager share. */
export interface TransferContext extends OssAccess {
  readonly log: Log;
  readonly timing: Timing;
  readonly slots: SlotPool;
  /** Undefined where there is no folder for checkpoints. */
  readonly store: CheckpointStore | undefined;
  readonly sizing: () => PartSizing;
  /** The most parts of one transfer that are sent at the same time. */
  readonly maxParallel: () => number;
  readonly versioning: BucketVersioning;
  /** Undefined where there is no folder for chunk indexes. */
  readonly deltas: DeltaUploads | undefined;
}

export interface UploadJobOptions {
  readonly id: string;
  readonly request: UploadRequest;
  readonly meter: ProgressMeter;
  readonly target: UploadTarget;
  /** True when the person chose to resume: then a changed source is an error instead of a restart. */
  readonly failsIfSourceChanged: boolean;
  /** Called once when the source has been opened; bytes. */
  readonly onOpened: (size: number) => void;
  /** Cancels the upload. */
  readonly stop: AbortController;
}

/** More than the attempts of one request. */
const retriesPerRequest = 10;

/** Uploads one source to one key. */
export async function runUpload(
  context: TransferContext,
  options: UploadJobOptions,
): Promise<UploadResult> {
  const { id, request, meter, failsIfSourceChanged, onOpened, stop } = options;
  const source = await request.source.open(stop.signal);
  let isClosedLater = false;
  try {
    onOpened(source.size);
    const sizing = context.sizing();
    const unitBytes = unitBytesOf(source.size, sizing, request.source.name);
    const upload = createUploadContext(context, options, source);
    const bases = (await upload.deltas?.findBases(upload)) ?? [];
    const plan: UploadPlan = { sizing, unitBytes, bases, failsIfSourceChanged };
    // One request leaves nothing to resume. But an interrupted upload must be resumed or aborted even if the file is small now.
    const isResumable =
      bases.length > 0 ||
      source.size > sizing.singlePutMax ||
      (await context.store?.has(id)) === true;
    const result = await (isResumable
      ? withLock(context, options, upload, () => resumeOrStart(upload, plan))
      : startUpload(upload, plan));
    if (result.isIdentical === true) {
      meter.begin(result.size, result.size);
    }
    isClosedLater = upload.deltas?.saveLater(upload, result) === true;
    return result;
  } finally {
    meter.finish();
    if (!isClosedLater) {
      await source.close();
    }
  }
}

function createUploadContext(
  context: TransferContext,
  { id, request, meter, target, stop: { signal } }: UploadJobOptions,
  source: UploadContext['source'],
): UploadContext {
  const { log, timing, slots, versioning, deltas } = context;
  const maxParallel = context.maxParallel();
  // A server that is away for a moment fails all requests that are in flight.
  const budget = new RetryBudget(retriesPerRequest * maxParallel);
  return {
    request: { ...request, contentType: request.contentType ?? contentTypeOf(request.key) },
    source,
    target,
    slots,
    versioning,
    meter,
    budget,
    log,
    timing,
    signal,
    deltas,
    parallelism: new Parallelism(maxParallel, () => timing.now()),
    checkpoints: new CheckpointWriter(context.store, id, log),
    policy: createRetryPolicy({
      timing,
      budget,
      log,
      hasProgress: () => meter.progress.acknowledgedBytes > 0,
      onPause: (isPaused) => meter.setPaused(isPaused),
    }),
  };
}

async function withLock(
  { store }: TransferContext,
  { id, stop }: UploadJobOptions,
  upload: UploadContext,
  work: () => Promise<UploadResult>,
): Promise<UploadResult> {
  const lock = await acquireLock(store, id, upload);
  lock?.onLost(() => stop.abort());
  try {
    return await work();
  } catch (error) {
    throw lock?.isLost === true ? busyError(upload, error) : error;
  } finally {
    await lock?.release();
  }
}

/** Another window that uploads the same file stops this upload; a folder that is not writable does not. */
async function acquireLock(
  store: CheckpointStore | undefined,
  id: string,
  upload: UploadContext,
): Promise<TransferLock | undefined> {
  const { signal, log } = upload;
  try {
    return await store?.lock(id, signal);
  } catch (error) {
    if (hasCode(error, 'transfer.busy')) {
      throw busyError(upload, error);
    }
    if (signal.aborted) {
      throw error;
    }
    log.warn(`transfer: not locked: ${String(error)}`);
    return undefined;
  }
}

function busyError({ request }: UploadContext, cause: unknown): CodedError {
  return new CodedError('transfer.busy', { subject: request.source.name }, { cause });
}
