import type { Log } from '../util/log';
import type { CheckpointWriter } from './checkpointKeeper';
import type { UploadTarget } from './destination';
import type { SlotPool } from './lanes';
import type { Policy } from './policy';
import type { ProgressMeter } from './progress';
import type { RetryBudget } from './retryBudget';
import type { OpenSource } from './source';
import type { Timing } from './timing';
import type { UploadRequest } from './types';

/** All that the steps of one transfer share. */
export interface UploadContext {
  readonly request: UploadRequest & { readonly contentType: string };
  readonly source: OpenSource;
  readonly destination: UploadTarget;
  readonly lanes: SlotPool;
  readonly meter: ProgressMeter;
  /** Every request of the transfer runs under it. */
  readonly policy: Policy;
  readonly budget: RetryBudget;
  /** Where the transfer is kept for when it is interrupted. */
  readonly keeper: CheckpointWriter;
  readonly timing: Timing;
  readonly log: Log;
  readonly signal: AbortSignal;
}
