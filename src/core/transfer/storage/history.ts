import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { CodedError, type ErrorCode, type ErrorFacts } from '../../errors/catalogue';
import { writeFileAtomic } from '../../util/atomicFile';
import { isInstant } from '../../util/clock';
import {
  isBoolean,
  isCount,
  isRecord,
  isString,
  optional,
  shapeOf,
  type Check,
} from '../../util/shape';
import type { PackageLocation } from '../../credential/packageLocation';
import { maxFinished, type Transfer } from '../registry';
import { isFinished } from '../transferState';
import type { UploadResult } from '../types';
import { replaceBigint, reviveBigint } from './bigintJson';
import { historySuffix } from './storageFiles';

/** Entries of other versions are not read. */
const version = 1;

interface StoredTransfer {
  readonly version: typeof version;
  readonly transfer: Omit<Transfer, 'progress'>;
}

/**
 * The finished transfers, one file each, in a folder that all windows share: no window has to wait for another. Contains no
 * secret, as a `Transfer` has none.
 */
export class TransferHistory {
  /** What is not on disk yet, oldest first. */
  readonly #unsaved = new Map<string, Transfer>();
  #saving: Promise<void> | undefined;

  constructor(private readonly folder: string) {}

  /** Newest first. Removes what is too old to be listed; leaves out what cannot be read. */
  async read(): Promise<readonly Transfer[]> {
    const names = await this.#names();
    const read = await Promise.all(names.map((name) => this.#read(name)));
    const transfers = read
      .filter((transfer) => transfer !== undefined)
      .sort((a, b) => b.since - a.since);
    for (const { id } of transfers.slice(maxFinished)) {
      await rm(this.#file(id), { force: true });
    }
    return transfers.slice(0, maxFinished);
  }

  /**
   * Saves a transfer in the place of an older one with the same id. Resolves when it is on disk. What cannot be saved now is
   * saved with the next one.
   */
  save(transfer: Transfer): Promise<void> {
    const { id } = transfer;
    this.#unsaved.delete(id);
    this.#unsaved.set(id, transfer);
    for (const oldest of [...this.#unsaved.keys()].slice(0, -maxFinished)) {
      this.#unsaved.delete(oldest);
    }
    return (this.#saving ??= this.#saveAll());
  }

  async remove(id: string): Promise<void> {
    this.#unsaved.delete(id);
    await this.flush();
    await rm(this.#file(id), { force: true });
  }

  /** Resolves when nothing is being written any more. */
  async flush(): Promise<void> {
    await this.#saving?.catch(() => undefined);
  }

  async #saveAll(): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      // Again for what was added while the folder was listed.
      while (this.#unsaved.size > 0) {
        // One after the other, those that are added meanwhile included.
        for (const [id, transfer] of this.#unsaved) {
          await writeFileAtomic(this.#file(id), JSON.stringify({ version, transfer }, replace));
          if (this.#unsaved.get(id) === transfer) {
            this.#unsaved.delete(id);
          }
        }
        if ((await this.#names()).length > 2 * maxFinished) {
          await this.read();
        }
      }
    } finally {
      this.#saving = undefined;
    }
  }

  async #names(): Promise<readonly string[]> {
    const names = await readdir(this.folder).catch(() => []);
    return names.filter((name) => name.endsWith(historySuffix));
  }

  async #read(name: string): Promise<Transfer | undefined> {
    try {
      const text = await readFile(path.join(this.folder, name), 'utf8');
      const value: unknown = JSON.parse(text, revive);
      return isStored(value) ? value.transfer : undefined;
    } catch {
      return undefined;
    }
  }

  #file(id: string): string {
    return path.join(this.folder, id + historySuffix);
  }
}

/** JSON has neither bigints nor our errors. */
function replace(name: string, value: unknown): unknown {
  return value instanceof CodedError
    ? { code: value.code, facts: value.facts }
    : replaceBigint(name, value);
}

function revive(name: string, value: unknown): unknown {
  if (name === 'error') {
    return isRecord(value) ? errorOf(value) : undefined;
  }
  return reviveBigint(name, value);
}

/** Form of all codes; another version of the extension may have codes that this one does not know. */
const errorCode = /^[a-z]+\.[A-Za-z]+$/;

const factChecks = new Map<string, Check>(
  Object.entries({
    host: isString,
    privateEndpoint: (value) => value === 'vpc' || value === 'internal',
    httpStatus: isCount,
    serverCode: isString,
    serverMessage: isString,
    requestId: isString,
    ec: isString,
    recommendUrl: isString,
    retryAfterMs: isCount,
    clockOffsetMs: Number.isSafeInteger,
    subject: isString,
    detail: isString,
    bytes: isCount,
    changeOrderId: isString,
    stage: isString,
    instance: isString,
    ramAction: isString,
    file: isString,
    line: isCount,
  } satisfies Record<keyof ErrorFacts, Check>),
);

/** Facts that are unknown or of an unexpected type are dropped. */
function errorOf({ code, facts }: Readonly<Record<string, unknown>>): CodedError | undefined {
  if (!isString(code) || !errorCode.test(code)) {
    return undefined;
  }
  const known = Object.entries(isRecord(facts) ? facts : {}).filter(
    ([name, value]) => factChecks.get(name)?.(value) === true,
  );
  return new CodedError(code as ErrorCode, Object.fromEntries(known));
}

const isStored = shapeOf<StoredTransfer>({
  version: (value) => value === version,
  transfer: shapeOf<StoredTransfer['transfer']>({
    id: isString,
    accountId: isString,
    sourceUri: isString,
    name: isString,
    key: isString,
    location: optional(shapeOf<PackageLocation>({ bucket: isString, keyPrefix: isString })),
    state: (value) => isFinished({ state: value as Transfer['state'] }),
    size: optional(isCount),
    acknowledgedBytes: optional(isCount),
    result: optional(
      shapeOf<UploadResult>({
        bucket: isString,
        key: isString,
        size: isCount,
        etag: optional(isString),
        crc64: (value) => typeof value === 'bigint',
        verified: isBoolean,
        requestId: optional(isString),
        sentBytes: isCount,
        isIdentical: optional(isBoolean),
        restartReason: optional(isString),
      }),
    ),
    error: optional((value) => value instanceof CodedError),
    since: isInstant,
  }),
});
