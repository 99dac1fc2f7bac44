import type { Log } from '../../util/log';
import type { DeltaUploads } from '../delta/deltaUploads';
import type { CheckpointWriter } from '../storage/checkpointWriter';
import type { BucketVersioning } from './bucketVersioning';
import type { UploadTarget } from './uploadTarget';
import type { Parallelism } from '../schedule/parallelism';
import type { SlotPool } from '../schedule/slots';
import type { Policy } from '../../retry/policy';
import type { ProgressMeter } from '../progress';
import type { RetryBudget } from '../../retry/retryBudget';
import type { OpenSource } from '../source/source';
import type { Timing } from '../../util/timing';
import type { UploadRequest } from '../types';

/** What the steps of one upload share. */
export interface UploadContext {
  readonly request: UploadRequest & { readonly contentType: string };
  readonly source: OpenSource;
  readonly target: UploadTarget;
  readonly slots: SlotPool;
  readonly versioning: BucketVersioning;
  /** How many of its parts are in flight. */
  readonly parallelism: Parallelism;
  readonly meter: ProgressMeter;
  /** Retries the requests of this upload. */
  readonly policy: Policy;
  readonly budget: RetryBudget;
  /** Writes the checkpoint from which the upload can be resumed. */
  readonly checkpoints: CheckpointWriter;
  /** Undefined without a storage folder. */
  readonly deltas: DeltaUploads | undefined;
  readonly timing: Timing;
  readonly log: Log;
  readonly signal: AbortSignal;
}
