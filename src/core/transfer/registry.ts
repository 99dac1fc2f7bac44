import type { Disposable } from '../util/disposable';
import { Emitter, type Event } from '../util/emitter';
import type { PackageLocation } from '../credential/packageLocation';
import type { CodedError } from '../errors/catalogue';
import type { TransferProgress } from './progress';
import { isFinished, type TransferState } from './transferState';
import type { UploadResult } from './types';

/** One transfer. Immutable: a change replaces it by a new object. */
export interface Transfer {
  /** The same for every upload of one source to one key. */
  readonly id: string;
  readonly accountId: string;
  readonly sourceUri: string;
  readonly name: string;
  readonly key: string;
  /** Bucket and prefix; absent before the credential was fetched, and for an interrupted transfer. */
  readonly location?: PackageLocation;
  readonly state: TransferState;
  /** Size of the source, bytes; absent before it has been opened. */
  readonly size?: number;
  /** Only while it is running. */
  readonly progress?: TransferProgress;
  /** For an interrupted transfer: bytes that the server has, according to the checkpoint. */
  readonly acknowledgedBytes?: number;
  readonly result?: UploadResult;
  /** For a transfer that failed or was interrupted by an error. */
  readonly error?: CodedError;
  /** When it entered this state, ms since 1970. */
  readonly since: number;
}

export interface TransferChange {
  readonly id: string;
  /** Absent when the transfer has left the list. */
  readonly transfer?: Transfer;
}

/** How many finished transfers are listed. */
export const maxFinished = 50;

/** The list of all transfers, with an event that names each one that changes. */
export class TransferRegistry implements Disposable {
  readonly #transfers = new Map<string, Transfer>();
  /** Ids of the finished transfers, oldest first. */
  readonly #finished = new Set<string>();
  readonly #changed = new Emitter<TransferChange>();

  readonly onDidChange: Event<TransferChange> = this.#changed.event;

  /** Newest state first. */
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
    this.#finished.delete(id);
    if (isFinished(transfer)) {
      this.#finished.add(id);
      this.#trim();
    }
  }

  remove(id: string): void {
    this.#finished.delete(id);
    if (this.#transfers.delete(id)) {
      this.#changed.fire({ id });
    }
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #trim(): void {
    for (const id of this.#finished) {
      if (this.#finished.size <= maxFinished) {
        return;
      }
      this.remove(id);
    }
  }
}
