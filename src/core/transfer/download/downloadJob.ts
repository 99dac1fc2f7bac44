import type { Network } from '../../alibaba/edas/credential';
import { assertSameLocation, type PackageLocation } from '../../credential/packageLocation';
import { CodedError, hasCode } from '../../errors/catalogue';
import type { Log } from '../../util/log';
import type { ObjectHead, ObjectStream, OssClient } from '../../oss/client';
import { createCrc64 } from '../../oss/crc64';
import type { CredentialSession } from '../../credential/session';
import { ProgressMeter, type TransferProgress } from '../progress';
import { RetryBudget } from '../../retry/retryBudget';
import { createRetryPolicy } from '../../retry/retryPolicy';
import type { Timing } from '../../util/timing';
import type { PartialDownload } from './partialDownload';
import { retryClass } from '../../errors/classify';

/** Progress of one download. */
export interface DownloadProgress extends Pick<
  TransferProgress,
  'bytesPerSecond' | 'secondsLeft' | 'totalBytes'
> {
  readonly receivedBytes: number;
  readonly stage: 'preparing' | 'receiving' | 'paused';
}

export interface DownloadOptions {
  /** Aborted, the connection is closed at once, what has arrived is removed, and the download rejects. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

export interface DownloadDeps {
  readonly session: Pick<CredentialSession, 'use'>;
  readonly oss: Pick<OssClient, 'getObject'>;
  readonly network: () => Network;
  readonly log: Log;
  readonly timing: Timing;
}

/** After a connection that delivered this much, the next one starts at once and with new retries; bytes. */
const goodBytes = 1024 * 1024;

/** Downloads one object over any number of connections, each of which continues where the last one broke. */
export class DownloadJob {
  readonly #meter: ProgressMeter;
  readonly #budget = new RetryBudget();
  /** Of the first response. All later ones must be of the same object. */
  #head: ObjectHead | undefined;
  #position = 0;

  constructor(
    private readonly deps: DownloadDeps,
    private readonly key: string,
    private readonly location: PackageLocation,
    private readonly file: PartialDownload,
    private readonly options: DownloadOptions,
  ) {
    this.#meter = new ProgressMeter(
      (progress) => options.onProgress?.(asDownload(progress)),
      () => deps.timing.now(),
    );
  }

  /** @returns the object's head, after all bytes were written and their CRC-64 was verified */
  async run(): Promise<ObjectHead> {
    const { timing, log } = this.deps;
    const crc64 = await createCrc64();
    const policy = createRetryPolicy({
      timing,
      log,
      subject: 'download',
      budget: this.#budget,
      hasProgress: () => this.#head !== undefined,
      onPause: (isPaused) => this.#meter.setPaused(isPaused),
    });
    let head: ObjectHead;
    do {
      head = await policy.run(
        () => this.#receive((bytes) => crc64.update(bytes)),
        this.options.signal,
      );
    } while (this.#position < head.size);
    if (head.crc64 !== undefined && head.crc64 !== crc64.digest()) {
      throw new CodedError('object.damaged', { subject: this.key, requestId: head.requestId });
    }
    this.#meter.finish();
    return head;
  }

  /** Receives from one connection. Also returns when the connection broke after `goodBytes`. */
  async #receive(onBytes: (bytes: Uint8Array) => void): Promise<ObjectHead> {
    const startedAt = this.#position;
    const attempt = new AbortController();
    try {
      const stream = await this.#open(AbortSignal.any([this.options.signal, attempt.signal]));
      const head = await this.#assertSameObject(stream);
      const arrived = this.#meter.inFlight();
      for await (const bytes of stream.body) {
        if (this.#position + bytes.length > head.size) {
          throw new CodedError('response.notUnderstood', { subject: this.key, detail: 'length' });
        }
        await this.file.write(bytes, this.#position);
        onBytes(bytes);
        this.#position += bytes.length;
        arrived.acknowledged(bytes.length);
      }
      if (this.#position < head.size) {
        throw new CodedError('network.reset', { subject: this.key });
      }
      return head;
    } catch (error) {
      attempt.abort();
      if (this.#head && this.#position - startedAt >= goodBytes && retryClass(error) === 'retry') {
        this.#budget.refill();
        this.deps.log.info(`download: continues at byte ${this.#position}: ${String(error)}`);
        return this.#head;
      }
      throw error;
    }
  }

  async #open(signal: AbortSignal): Promise<ObjectStream> {
    const { session, oss, network } = this.deps;
    const range = this.#head && { from: this.#position, etag: this.#head.etag };
    try {
      return await session.use((credential) => {
        assertSameLocation(credential, this.location, this.key);
        const target = { credential, network: network() };
        return oss.getObject(target, { key: this.key, ...range }, signal);
      }, signal);
    } catch (error) {
      const isShorter = hasCode(error) && error.facts.serverCode === 'InvalidRange';
      if (range && (isShorter || hasCode(error, 'oss.preconditionFailed'))) {
        throw new CodedError('object.changed', { subject: this.key }, { cause: error });
      }
      throw error;
    }
  }

  /** Checks even if the server ignored the condition: bytes of two objects must never mix. */
  async #assertSameObject(stream: ObjectHead): Promise<ObjectHead> {
    const { size, etag, crc64, lastModified, requestId } = stream;
    if (this.#head === undefined) {
      await this.file.begin(size);
      this.#meter.begin(size);
      this.#head = { size, etag, crc64, lastModified, requestId };
    } else if (this.#head.etag !== etag || this.#head.size !== size) {
      throw new CodedError('object.changed', { subject: this.key, requestId });
    }
    return this.#head;
  }
}

function asDownload({ sentBytes, stage, ...progress }: TransferProgress): DownloadProgress {
  const { totalBytes, bytesPerSecond, secondsLeft } = progress;
  return {
    receivedBytes: sentBytes,
    totalBytes,
    bytesPerSecond,
    secondsLeft,
    stage: stage === 'preparing' || stage === 'paused' ? stage : 'receiving',
  };
}
