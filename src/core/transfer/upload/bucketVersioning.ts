import type { PutResponse } from '../../oss/client';
import { abortable } from '../../util/abort';

/**
 * Whether buckets keep versions. A bucket with versions ignores `x-oss-forbid-overwrite`, so there the key must be
 * checked before each upload; for other buckets the header is enough and saves a request (OSS API Reference, PutObject).
 * An object that someone else creates between the check and the upload becomes an earlier version, which can be restored.
 */
export class BucketVersioning {
  readonly #isVersioned = new Map<string, boolean>();
  /** The first upload to each bucket. */
  readonly #first = new Map<string, Promise<unknown>>();

  /** Records what a response to PutObject or CompleteMultipartUpload has shown. */
  learn(bucket: string, { versionId }: PutResponse): void {
    this.#isVersioned.set(bucket, versionId !== undefined);
  }

  /** False only when a response has shown it. */
  mayIgnoreForbidOverwrite(bucket: string): boolean {
    return this.#isVersioned.get(bucket) !== false;
  }

  /**
   * Runs a small upload. The first one to a bucket checks its key; others that start meanwhile wait for its result.
   * @param put receives whether it must check the key first
   */
  async run<T>(
    bucket: string,
    put: (checkFirst: boolean) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const first = this.#first.get(bucket);
    if (first !== undefined && !this.#isVersioned.has(bucket)) {
      await abortable(first, signal);
    }
    const isVersioned = this.#isVersioned.get(bucket);
    const upload = put(this.mayIgnoreForbidOverwrite(bucket));
    if (isVersioned === undefined && first === undefined) {
      this.#first.set(
        bucket,
        upload.then(
          () => undefined,
          () => this.#first.delete(bucket),
        ),
      );
    }
    return upload;
  }
}
