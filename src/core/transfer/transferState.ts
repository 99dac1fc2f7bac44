export type TransferState =
  /** Running in this window. */
  | 'running'
  | 'otherWindow'
  /** Stopped before it was complete; can be resumed or discarded. */
  | 'interrupted'
  | 'done'
  /** Failed, and cannot be resumed. */
  | 'failed'
  /** Cancelled by the person, and cannot be resumed. */
  | 'cancelled';

/** True when nothing can be resumed or cancelled any more. */
export function isFinished({ state }: { readonly state: TransferState }): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}
