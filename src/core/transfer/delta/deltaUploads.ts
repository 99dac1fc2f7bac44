import type { CredentialSession } from '../../credential/session';
import { hasCode } from '../../errors/catalogue';
import type { ObjectHead } from '../../oss/client';
import { abortable } from '../../util/abort';
import type { Log } from '../../util/log';
import { crc64OfRange } from '../source/rangeCrc';
import type { OpenSource } from '../source/source';
import type { UploadResult } from '../types';
import type { SlotPool } from '../schedule/slots';
import type { UploadTarget } from '../upload/uploadTarget';
import { averageChunkBytes, ChunkCutter, type Chunk } from './chunks';
import type { DeltaError } from './deltaError';
import { ChunkIndexStore, familyName, type ChunkIndex } from './indexStore';
import { defaultMinPartBytes, planDelta, type Delta } from './plan';

/** For tests: other sizes than those for people's files. */
export interface DeltaSizes {
  /** Smaller files are sent whole, bytes. */
  readonly minFileBytes: number;
  readonly averageBytes: (fileBytes: number) => number;
  readonly minPartBytes: number;
}

const defaultSizes: DeltaSizes = {
  minFileBytes: 2 * 1024 * 1024,
  averageBytes: averageChunkBytes,
  minPartBytes: defaultMinPartBytes,
};
/** Chunks of a larger file would be larger than the cutter can cut, bytes. */
const maxFileBytes = 2 ** 40;

export interface DeltaUploadsOptions {
  readonly folder: string;
  readonly session: Pick<CredentialSession, 'current'>;
  readonly log: Log;
  readonly isEnabled: () => boolean;
  readonly sizes?: DeltaSizes | undefined;
}

/** What a delta needs to know of its upload. */
export interface DeltaContext {
  readonly source: OpenSource;
  readonly target: Pick<UploadTarget, 'bucket' | 'key' | 'keyPrefix'>;
  readonly slots: SlotPool;
  readonly log: Log;
  readonly signal: AbortSignal;
}

interface SourceChunks {
  readonly averageBytes: number;
  readonly chunks: readonly Chunk[];
  readonly crc64: bigint;
}

/** Knows the objects that were uploaded before, and the buckets in which deltas do not work. */
export class DeltaUploads {
  readonly #store: ChunkIndexStore;
  readonly #sizes: DeltaSizes;
  /** By bucket: AccessKey ID of the credential with which a delta has failed. */
  readonly #refusedFor = new Map<string, string>();
  /** Chunks of sources that were cut for their plan, so that they are not read again for their index. */
  readonly #chunks = new WeakMap<OpenSource, SourceChunks>();
  /** Indexes that are being created, by the family of their keys. */
  readonly #saving = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();

  constructor(private readonly options: DeltaUploadsOptions) {
    this.#store = new ChunkIndexStore(options.folder);
    this.#sizes = options.sizes ?? defaultSizes;
  }

  /** Indexes of objects that the upload may copy from, the best first; none when it should be sent whole. */
  async findBases(upload: DeltaContext): Promise<readonly ChunkIndex[]> {
    const { target, signal, log } = upload;
    if (!this.#mayUse(upload)) {
      return [];
    }
    await abortable(this.#saving.get(familyName(target, target.key)) ?? Promise.resolve(), signal);
    const { accessKeyId } = await this.options.session.current(signal);
    if (this.#refusedFor.get(target.bucket) === accessKeyId) {
      return [];
    }
    try {
      return await this.#store.find(target, target.key);
    } catch (error) {
      log.warn(`delta: the indexes cannot be read: ${String(error)}`);
      return [];
    }
  }

  /**
   * Reads the source once and plans the delta.
   * @param existing the object that the upload's key has now
   * @returns undefined when there is nothing to copy from, or too little would be saved
   */
  async plan(
    upload: DeltaContext,
    bases: readonly ChunkIndex[],
    existing: ObjectHead | 'denied' | undefined,
    partBytes: number,
  ): Promise<Delta | undefined> {
    const { key } = upload.target;
    const isUsable = (base: ChunkIndex): boolean =>
      base.key !== key || existing === 'denied' || existing?.etag === base.etag;
    const base = bases.find(isUsable);
    if (base === undefined) {
      return undefined;
    }
    const { chunks, crc64 } = await this.#cut(upload, base.averageBytes);
    const parts = planDelta(base.chunks, chunks, {
      minPartBytes: this.#sizes.minPartBytes,
      partBytes,
    });
    return parts && { base: { key: base.key, etag: base.etag }, crc64, parts };
  }

  /** Remembers why a delta failed, so that the next upload does not attempt what fails again. Does not throw. */
  async giveUp(
    { target, signal, log }: DeltaContext,
    { base }: Delta,
    error: DeltaError,
  ): Promise<void> {
    try {
      if (hasCode(error.cause, 'oss.preconditionFailed', 'oss.noSuchKey', 'oss.archived')) {
        await this.#store.remove(target, base.key);
      } else {
        const { accessKeyId } = await this.options.session.current(signal);
        this.#refusedFor.set(target.bucket, accessKeyId);
      }
    } catch (failure) {
      log.warn(`delta: the next upload may fail in the same way: ${String(failure)}`);
    }
  }

  /**
   * Saves the index of an object that was verified, in the background: the person need not wait for it.
   * @returns true when it does so, and closes the source at the end
   */
  saveLater(upload: DeltaContext, result: UploadResult): boolean {
    const { etag, crc64 } = result;
    if (!this.#mayUse(upload) || !result.verified || etag === undefined) {
      return false;
    }
    const { target, source, log } = upload;
    const family = familyName(target, target.key);
    const earlier = this.#saving.get(family) ?? Promise.resolve();
    const saving = earlier
      .then(() => this.#save({ ...upload, signal: this.#stop.signal }, etag, crc64))
      .catch((error: unknown) => log.info(`delta: no index of ${target.key}: ${String(error)}`))
      .then(() => source.close())
      .catch((error: unknown) => log.warn(`delta: not closed: ${String(error)}`))
      .finally(() => {
        if (this.#saving.get(family) === saving) {
          this.#saving.delete(family);
        }
      });
    this.#saving.set(family, saving);
    return true;
  }

  /** Stops creating indexes. Resolves when no source is read any more. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#saving.values());
  }

  #mayUse({ source: { size } }: DeltaContext): boolean {
    return this.options.isEnabled() && size >= this.#sizes.minFileBytes && size <= maxFileBytes;
  }

  async #save(upload: DeltaContext, etag: string, crc64: bigint): Promise<void> {
    const { source, target } = upload;
    const { bucket, keyPrefix, key } = target;
    const cut =
      this.#chunks.get(source) ?? (await this.#cut(upload, this.#sizes.averageBytes(source.size)));
    if (cut.crc64 === crc64) {
      const { averageBytes, chunks } = cut;
      await this.#store.save({ bucket, keyPrefix, key, etag, averageBytes, chunks });
    }
  }

  async #cut(upload: DeltaContext, averageBytes: number): Promise<SourceChunks> {
    const { source, slots, signal } = upload;
    const cutter = new ChunkCutter(averageBytes);
    const whole = { start: 0, length: source.size };
    const crc64 = await slots.run(
      (slot) => crc64OfRange(upload, whole, slot, (bytes) => cutter.update(bytes)),
      signal,
    );
    await source.verifyUnchanged();
    const cut = { averageBytes, chunks: cutter.finish(), crc64 };
    this.#chunks.set(source, cut);
    return cut;
  }
}
