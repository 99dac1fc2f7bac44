import { randomUUID } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError, type ErrorCode } from '../../errors/catalogue';
import { writeFileAtomic } from '../../util/atomicFile';
import { isInstant } from '../../util/clock';
import { historyName } from './storageFiles';
import { breakStaleLock, createLock, isOwnerAlive, readOwner, removeLock } from './lockFile';
import { isFinished, maxFinished, type Transfer } from '../registry';

const version = 1;
/** Transfers that end within this time are written together, ms. */
const writeDelayMs = 200;

/** A write takes milliseconds, so an older lock belongs to a window that was killed; ms. */
const maxLockWaitMs = 3_000;

/** The finished transfers, in a file that all windows share. Contains no secret, as a `Transfer` has none. */
export class TransferHistory {
  #changes: ((stored: readonly Transfer[]) => readonly Transfer[])[] = [];
  #writing: Promise<void> | undefined;
  /** Ends the delay before a write. */
  readonly #hurry = new AbortController();

  constructor(private readonly folder: string) {}

  /** Newest first; empty when the file cannot be read. */
  async read(): Promise<readonly Transfer[]> {
    try {
      const value: unknown = JSON.parse(await readFile(this.#file, 'utf8'), revive);
      return isHistory(value) ? value.transfers.filter(isTransfer) : [];
    } catch {
      return [];
    }
  }

  /** Adds a transfer as the newest and removes an older entry with the same id. */
  add(transfer: Transfer): Promise<void> {
    return this.#change((uploaded) => [
      transfer,
      ...uploaded.filter(({ id }) => id !== transfer.id),
    ]);
  }

  remove(id: string): Promise<void> {
    return this.#change((uploaded) => uploaded.filter((each) => each.id !== id));
  }

  /** Writes pending changes at once. Resolves when they are on disk. */
  async flush(): Promise<void> {
    this.#hurry.abort();
    await this.#writing?.catch(() => undefined);
  }

  /** Changes during a write go into the next one. */
  #change(change: (stored: readonly Transfer[]) => readonly Transfer[]): Promise<void> {
    this.#changes.push(change);
    return (this.#writing ??= this.#write());
  }

  async #write(): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      while (this.#changes.length > 0) {
        // Many small files finish at the same time.
        await sleep(writeDelayMs, undefined, { signal: this.#hurry.signal }).catch(() => undefined);
        await this.#whileLocked(async () => {
          // Another window may have changed the file.
          const stored = await this.read();
          const changes = [...this.#changes];
          const transfers = changes
            .reduce((all, change) => change(all), stored)
            .slice(0, maxFinished);
          await writeFileAtomic(this.#file, JSON.stringify({ version, transfers }, replace));
          // What could not be written is written with the next change.
          this.#changes = this.#changes.slice(changes.length);
        });
      }
    } finally {
      this.#writing = undefined;
    }
  }

  /** Several windows read, change and write the file. Without the lock in time, the change is written all the same. */
  async #whileLocked(write: () => Promise<void>): Promise<void> {
    const lock = `${this.#file}.lock`;
    const token = randomUUID();
    const giveUpAt = performance.now() + maxLockWaitMs;
    let isLocked = await createLock(lock, token);
    while (!isLocked && performance.now() < giveUpAt) {
      const owner = await readOwner(lock);
      const isStale =
        owner !== undefined &&
        (!isOwnerAlive(owner) || Date.now() - owner.heartbeatAt > maxLockWaitMs);
      if (isStale) {
        await breakStaleLock(lock, owner, token);
      } else {
        await sleep(10 + Math.random() * 40);
      }
      isLocked = await createLock(lock, token);
    }
    try {
      await write();
    } finally {
      if (isLocked) {
        await removeLock(lock, token);
      }
    }
  }

  get #file(): string {
    return path.join(this.folder, historyName);
  }
}

/** JSON has neither bigints nor our errors. */
function replace(_name: string, value: unknown): unknown {
  if (value instanceof CodedError) {
    return { code: value.code, facts: value.facts };
  }
  return typeof value === 'bigint' ? value.toString() : value;
}

function revive(name: string, value: unknown): unknown {
  if (name === 'crc64' && typeof value === 'string' && /^\d{1,20}$/.test(value)) {
    return BigInt(value);
  }
  if (name === 'error') {
    return isRecord(value) ? errorOf(value) : undefined;
  }
  return value;
}

/** Form of all codes; another version of the extension may have codes that this one does not know. */
const errorCode = /^[a-z]+\.[A-Za-z]+$/;
const numericFacts = ['httpStatus', 'retryAfterMs', 'clockOffsetMs', 'bytes', 'line'];

/** Facts of an unexpected type are dropped. */
function errorOf({ code, facts }: Record<string, unknown>): CodedError | undefined {
  if (typeof code !== 'string' || !errorCode.test(code)) {
    return undefined;
  }
  const known = Object.entries(typeof facts === 'object' && facts !== null ? facts : {}).filter(
    ([name, value]) =>
      numericFacts.includes(name)
        ? isCount(value) || (name === 'clockOffsetMs' && Number.isSafeInteger(value))
        : typeof value === 'string',
  );
  return new CodedError(code as ErrorCode, Object.fromEntries(known));
}

function isHistory(value: unknown): value is { readonly transfers: readonly unknown[] } {
  if (typeof value !== 'object' || value === null || !('version' in value)) {
    return false;
  }
  return value.version === version && 'transfers' in value && Array.isArray(value.transfers);
}

function isTransfer(value: unknown): value is Transfer {
  if (!isRecord(value)) {
    return false;
  }
  const { size, acknowledgedBytes, location, result, error, since } = value;
  return (
    hasTexts(value, ['id', 'accountId', 'sourceUri', 'name', 'key', 'state']) &&
    isFinished(value as unknown as Transfer) &&
    isInstant(since) &&
    [size, acknowledgedBytes].every((bytes) => bytes === undefined || isCount(bytes)) &&
    (location === undefined ||
      (isRecord(location) && hasTexts(location, ['bucket', 'keyPrefix']))) &&
    (result === undefined || isResult(result)) &&
    (error === undefined || error instanceof CodedError)
  );
}

function isResult(value: unknown): boolean {
  return (
    isRecord(value) &&
    hasTexts(value, ['bucket', 'key', 'etag', 'requestId']) &&
    isCount(value.size) &&
    isCount(value.sentBytes) &&
    typeof value.crc64 === 'bigint' &&
    typeof value.verified === 'boolean' &&
    ['undefined', 'string'].includes(typeof value.restartReason)
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasTexts(value: Record<string, unknown>, names: readonly string[]): boolean {
  return names.every((name) => typeof value[name] === 'string');
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
