import { maxBatches, maxWaitMinutes, type Release } from '../core/deploy/types';
import { oneOf, required, text, whole, type InputOf } from '../core/util/inputFields';

/** Where to and how to deploy, as a task or an agent names it. */
export const deployFields = {
  /** Id or exact name. */
  application: required(text()),
  /** Name or id of a group of an ECS application; absent: all groups. */
  group: text(),
  /** Absent: one that no other deployment has. */
  version: text(),
  release: oneOf('automatic', 'manual'),
  batches: whole(1, maxBatches),
  /** Minutes between two batches. */
  wait: whole(0, maxWaitMinutes),
};

export function releaseOf({
  batches = 1,
  release,
  wait: waitMinutes = 0,
}: InputOf<Pick<typeof deployFields, 'batches' | 'release' | 'wait'>>): Release {
  return { batches, waitMinutes, isManual: release === 'manual' };
}
