import { createHash, randomUUID } from 'node:crypto';
import type { Memento } from 'vscode';
import type { Disposable } from '../../core/util/disposable';
import { startTimeout, type StartTimer } from '../../common/vscode/timer';

/** How long a copied credential stays on the clipboard, ms. */
const clearAfterMs = 60_000;

/** Each copy has its own note in the state, which all windows share: the window may be closed before the time is up. */
const notePrefix = 'edasPackages.copied.';

interface Note {
  /** SHA-256 of the text. */
  readonly hash: string;
  /** When the clipboard is to be cleared, ms since 1970. */
  readonly until: number;
}

export interface ClipboardClearingDeps {
  readonly clipboard: {
    readText(): PromiseLike<string>;
    writeText(text: string): PromiseLike<void>;
  };
  readonly state: Pick<Memento, 'get' | 'keys' | 'update'>;
  /** Called when the clipboard could not be cleared. */
  readonly onFailure: (error: unknown) => void;
  readonly now?: () => number;
  readonly startTimer?: StartTimer;
}

/** Copies secret texts, and clears the clipboard after a while. */
export class ClipboardClearing implements Disposable {
  /** By the keys of their notes. */
  readonly #timers = new Map<string, Disposable>();
  readonly #now: () => number;
  readonly #startTimer: StartTimer;

  /** Also clears what earlier windows have copied. */
  constructor(private readonly deps: ClipboardClearingDeps) {
    this.#now = deps.now ?? Date.now;
    this.#startTimer = deps.startTimer ?? startTimeout;
    for (const [key, { until }] of this.#notes()) {
      this.#clearAt(key, until);
    }
  }

  async copy(text: string): Promise<void> {
    const key = `${notePrefix}${randomUUID()}`;
    const note: Note = { hash: hashOf(text), until: this.#now() + clearAfterMs };
    // The note first: if the window closes in between, the clipboard has another text, which is not cleared.
    await this.deps.state.update(key, note);
    this.#clearAt(key, note.until);
    await this.deps.clipboard.writeText(text);
  }

  /** Tries again what failed, for example because a browser allows it only in a focused window. */
  async clearDue(): Promise<void> {
    for (const [key, { until }] of this.#notes()) {
      if (until <= this.#now()) {
        await this.#clear(key);
      }
    }
  }

  dispose(): void {
    for (const timer of this.#timers.values()) {
      timer.dispose();
    }
  }

  #notes(): readonly (readonly [key: string, note: Note])[] {
    return this.deps.state
      .keys()
      .filter((key) => key.startsWith(notePrefix))
      .flatMap((key) => {
        const note = this.deps.state.get<Note>(key);
        return note === undefined ? [] : [[key, note] as const];
      });
  }

  #clearAt(key: string, until: number): void {
    const ms = Math.min(Math.max(until - this.#now(), 0), clearAfterMs);
    this.#timers.set(
      key,
      this.#startTimer(ms, () => void this.#clear(key)),
    );
  }

  /** Leaves other texts alone, and a later copy of the same text, which has its own note. */
  async #clear(key: string): Promise<void> {
    const { clipboard, state, onFailure } = this.deps;
    const note = state.get<Note>(key);
    try {
      if (note !== undefined && !this.#hasLaterCopy(key, note)) {
        if (hashOf(await clipboard.readText()) === note.hash) {
          await clipboard.writeText('');
        }
      }
      this.#timers.get(key)?.dispose();
      this.#timers.delete(key);
      await state.update(key, undefined);
    } catch (error) {
      // The note stays, so that clearing is tried again.
      onFailure(error);
    }
  }

  #hasLaterCopy(key: string, { hash, until }: Note): boolean {
    return this.#notes().some(
      ([otherKey, other]) => otherKey !== key && other.hash === hash && other.until > until,
    );
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
