import type { Disposable } from '../util/disposable';
import { Emitter, type Event } from '../util/emitter';
import type { PackageLocation } from '../credential/packageLocation';
import type { CodedError } from '../errors/catalogue';
import type { TransferProgress } from './progress';
import type { UploadResult } from './types';

export type TransferState =
  /** Under way here. */
  | 'running'
  /** Under way in another window. */
  | 'elsewhere'
  /** Ended before its end; can be resumed or discarded. */
  | 'interrupted'
  | 'done'
  /** Ended with an error, and cannot be gone on with. */
  | 'failed'
  /** Ended by the person, and cannot be gone on with. */
  | 'cancelled';

/** What is known of one transfer. Replaced by another object when anything of it changes. */
export interface Transfer {
  /** The same for every try to bring one source to one key. */
  readonly id: string;
  readonly accountId: string;
  readonly sourceUri: string;
  /** File name. */
  readonly name: string;
  readonly key: string;
  /** Where the key is; absent before a credential has told, and of one that is interrupted. */
  readonly place?: PackageLocation;
  readonly state: TransferState;
  /** Of the source; absent before it has been opened. Bytes. */
  readonly size?: number;
  /** Only while it runs. */
  readonly progress?: TransferProgress;
  /** Of an interrupted one: what the server has, as far as we noted it. Bytes. */
  readonly acknowledgedBytes?: number;
  /** Of one that is done. */
  readonly result?: UploadResult;
  /** Of one that failed, or was interrupted by an error. */
  readonly error?: CodedError;
  /** When it came to this state, ms since 1970. */
  readonly since: number;
}

export interface TransferChange {
  readonly id: string;
  /** Absent when the transfer has left the list. */
  readonly transfer?: Transfer;
}

/** Of the transfers that have ended, so many are kept. */
export const maxFinished = 50;

/** All transfers that can be shown, and an event for each that changes, which names that one alone. */
export class TransferRegistry implements Disposable {
  readonly #transfers = new Map<string, Transfer>();
  /** Ids of those that have ended, in that order. */
  readonly #ended = new Set<string>();
  readonly #changed = new Emitter<TransferChange>();

  readonly onDidChange: Event<TransferChange> = this.#changed.event;

  /** The youngest state first. */
  get all(): readonly Transfer[] {
    return [...this.#transfers.values()].toSorted((a, b) => b.since - a.since);
  }

  get(id: string): Transfer | undefined {
    return this.#transfers.get(id);
  }

  put(transfer: Transfer): void {
    const { id } = transfer;
    this.#transfers.set(id, transfer);
    this.#changed.fire({ id, transfer });
    this.#ended.delete(id);
    if (isFinished(transfer)) {
      this.#ended.add(id);
      this.#trim();
    }
  }

  remove(id: string): void {
    this.#ended.delete(id);
    if (this.#transfers.delete(id)) {
      this.#changed.fire({ id });
    }
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #trim(): void {
    for (const id of this.#ended) {
      if (this.#ended.size <= maxFinished) {
        return;
      }
      this.remove(id);
    }
  }
}

/** True when nothing of it is left to do. */
export function isFinished({ state }: Transfer): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}
