import type { CodedError } from '../../errors/catalogue';

/** What has become of the object that a delta should have made. */
type DeltaOutcome =
  /** The upload was not completed, so its ID can still be used. */
  | 'notCompleted'
  /** It was completed, found wrong and removed. */
  | 'removed'
  /** It was completed and exists, but is wrong or not verified. */
  | 'exists';

/**
 * An upload by delta has failed, but sending the whole file may succeed. Handled within the upload, never thrown to its
 * caller.
 */
export class DeltaError extends Error {
  override readonly name = 'DeltaError';

  /** @param cause absent when the object could not be verified because the server sent no CRC-64 */
  constructor(
    readonly outcome: DeltaOutcome,
    override readonly cause?: CodedError,
  ) {
    super(cause?.message ?? 'the server sent no CRC-64 to compare with');
  }
}
