import { CodedError, isAbort, hasCode } from '../../core/errors/catalogue';
import { assertKeyLength } from '../../core/oss/objectKey';
import type { ZipRequest } from '../../core/packing/zipRequest';
import type { UploadResult } from '../../core/transfer/engine';
import type { Conflicts } from './conflicts';
import { freeKey } from './freeKey';

/** One chosen file and the key that it shall get. */
export interface BatchFile {
  /** Identifies it in its batch: of a file its path on the disk. */
  readonly path: string;
  readonly name: string;
  /** Bytes, as it was chosen; 0 of what is packed on the way. */
  readonly size: number;
  readonly key: string;
  /** It is packed from this on its way. */
  readonly zip?: ZipRequest;
  /** Of the interrupted transfer that is gone on with. */
  readonly transferId?: string;
}

/** How it went with one file. */
export type Outcome =
  | { readonly kind: 'uploaded'; readonly file: BatchFile; readonly result: UploadResult }
  | {
      readonly kind: 'failed';
      readonly file: { readonly path: string; readonly name: string };
      readonly error: unknown;
    }
  | { readonly kind: 'cancelled' | 'notTried' | 'skipped'; readonly file: BatchFile };

export interface BatchSteps {
  /**
   * @returns 'cancelled' when this file alone was cancelled
   * @throws CodedError oss.objectExists when the key stands and must not be overwritten
   */
  upload(file: BatchFile, key: string, overwrite: boolean): Promise<Sent>;
  /** Whether a key stands; undefined when the credential may not look. */
  stands(key: string): Promise<boolean | undefined>;
  /** Told when a file needs no more progress: it was skipped, or it failed. */
  dropped(file: BatchFile): void;
}

type Sent = UploadResult | 'cancelled';

/** How many files are on their way at a time. */
const lanes = 4;
/** How many names are tried beside one that stands. */
const mostNames = 1000;

/** What concerns the account or the line, and so every other file too. */
const endsBatch = /^(?:account|edas|endpoint|network|region|sts)\.|^oss\.noSuchBucket$/;

/** Brings files to their keys. Never overwrites without an answer that says so, nor what the batch itself has sent. */
export class Batch {
  readonly #keys = new Set<string>();
  /** The credential may not look what stands, so that it comes out only while uploading. */
  #isBlind = false;
  #size = 0;
  #over = false;

  constructor(
    private readonly steps: BatchSteps,
    private readonly conflicts: Conflicts,
  ) {}

  /** @throws AbortError when the conflict question was left before anything was sent */
  async run(files: readonly BatchFile[], signal: AbortSignal): Promise<readonly Outcome[]> {
    this.#size = files.length;
    const outcomes = new Map<BatchFile, Outcome>();
    const standing: BatchFile[] = [];
    await inLanes(files, async (file) => {
      // What stands at the key of an interrupted transfer may be what it made itself, which only the engine can tell.
      if (file.transferId === undefined && (await this.#stands(file.key))) {
        standing.push(file);
      }
    });
    await this.conflicts.decideTogether(standing);
    await inLanes(files, async (file) => {
      outcomes.set(file, await this.#bring(file, standing.includes(file), signal));
    });
    return files.flatMap((file) => outcomes.get(file) ?? []);
  }

  async #bring(file: BatchFile, stands: boolean, signal: AbortSignal): Promise<Outcome> {
    if (this.#over || signal.aborted) {
      return { kind: signal.aborted ? 'cancelled' : 'notTried', file };
    }
    try {
      const result = await this.#upload(file, stands);
      if (result === 'cancelled' || result === 'skipped') {
        this.steps.dropped(file);
        return { kind: result, file };
      }
      return { kind: 'uploaded', file, result };
    } catch (error) {
      this.steps.dropped(file);
      if (isAbort(error)) {
        this.#over = true;
        return { kind: 'cancelled', file };
      }
      this.#over ||= hasCode(error) && endsBatch.test(error.code);
      return { kind: 'failed', file, error };
    }
  }

  async #upload(file: BatchFile, stands: boolean): Promise<Sent | 'skipped'> {
    const isOurs = this.#keys.has(file.key);
    this.#keys.add(file.key);
    if (!stands) {
      if (isOurs) {
        return this.#keepBoth(file);
      }
      try {
        return await this.steps.upload(file, file.key, false);
      } catch (error) {
        if (!hasCode(error, 'oss.objectExists')) {
          throw error;
        }
      }
    }
    switch (await this.conflicts.decide(file, this.#isBlind && this.#size > 1)) {
      case 'overwrite':
        // Another file of this batch has the key: to overwrite what stood before is one thing, to lose that is another.
        return isOurs ? this.#keepBoth(file) : this.steps.upload(file, file.key, true);
      case 'keepBoth':
        return this.#keepBoth(file);
      case 'skip':
        return 'skipped';
    }
  }

  /** Uploads under the first free name. That it was free is known only when the server has taken it. */
  async #keepBoth(file: BatchFile): Promise<Sent> {
    for (let n = 1; n <= mostNames; n += 1) {
      const key = freeKey(file.key, n);
      if (this.#keys.has(key)) {
        continue;
      }
      assertKeyLength(key);
      this.#keys.add(key);
      if (await this.#stands(key)) {
        continue;
      }
      try {
        return await this.steps.upload(file, key, false);
      } catch (error) {
        if (!hasCode(error, 'oss.objectExists')) {
          throw error;
        }
      }
    }
    throw new CodedError('oss.objectExists', { subject: file.key });
  }

  async #stands(key: string): Promise<boolean> {
    if (this.#isBlind) {
      return false;
    }
    const stands = await this.steps.stands(key);
    this.#isBlind ||= stands === undefined;
    return stands === true;
  }
}

async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const lane = async (): Promise<void> => {
    for (const item of queue) {
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
