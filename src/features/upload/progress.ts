import { formatBytes, formatDuration, formatSpeed } from '../../common/messages/format';
import type { L10n } from '../../common/vscode/l10n';
import { Speedometer } from './speed';

/** Adds up the bytes of a batch. What it shows never goes back. */
export class BatchProgress {
  readonly #sent = new Map<string, number>();
  readonly #sizes = new Map<string, number>();
  readonly #speedometer = new Speedometer();
  readonly #paused = new Set<string>();
  /** What is packed, and not sent yet. */
  readonly #packing = new Map<string, { readonly packed: number; readonly total: number }>();
  #finished = 0;
  #percent = 0;

  /** @param sizes bytes of each file, by a name of the caller's choice */
  constructor(
    sizes: ReadonlyMap<string, number>,
    private readonly now: () => number,
  ) {
    this.#sizes = new Map(sizes);
    this.#speedometer.mark(0, now());
  }

  sent(file: string, bytes: number): void {
    this.#sent.set(file, Math.max(bytes, this.#sent.get(file) ?? 0));
    this.#speedometer.mark(sum(this.#sent), this.now());
  }

  /** The size came out on the way, because the file is packed there or has changed. 0 is not known yet. */
  sized(file: string, bytes: number): void {
    if (bytes > 0 && this.#sizes.has(file)) {
      this.#packing.delete(file);
      this.#sizes.set(file, bytes);
    }
  }

  /** Before anything of it is sent. */
  packed(file: string, packed: number, total: number): void {
    this.#packing.set(file, { packed, total });
  }

  /** The file is done; it counts whole, also when it was smaller than it had been. */
  finished(file: string): void {
    this.paused(file, false);
    this.sent(file, this.#sizes.get(file) ?? 0);
    this.#finished += 1;
  }

  /** The line is down, and the file waits for it to come back. */
  paused(file: string, isPaused: boolean): void {
    if (isPaused) {
      this.#paused.add(file);
    } else {
      this.#paused.delete(file);
    }
  }

  /** The file is not sent after all. */
  dropped(file: string): void {
    this.#paused.delete(file);
    this.#packing.delete(file);
    this.#sizes.delete(file);
    this.#sent.delete(file);
  }

  /** Percent points since the last call, as VS Code's progress wants them. */
  takeIncrement(): number {
    const total = sum(this.#sizes);
    const percent = total === 0 ? 0 : Math.min(100, (sum(this.#sent) / total) * 100);
    const increment = Math.max(0, percent - this.#percent);
    this.#percent += increment;
    return increment;
  }

  /** `5.1 MB of 12.9 MB, 2.3 MB/s, 4 s left`, and how many files when there are several */
  text(l10n: L10n): string {
    const sent = sum(this.#sent);
    const total = Math.max(sent, sum(this.#sizes));
    const files =
      this.#sizes.size > 1
        ? [l10n.t('{0} of {1} files', Math.min(this.#finished, this.#sizes.size), this.#sizes.size)]
        : [];
    const bytes = l10n.t('{0} of {1}', formatBytes(sent), formatBytes(total));
    const [packing] = this.#packing.values();
    if (packing !== undefined && sent >= total) {
      const { packed, total: all } = packing;
      return l10n.t('packing {0} of {1}', formatBytes(packed), formatBytes(Math.max(packed, all)));
    }
    if (this.#finished >= this.#sizes.size) {
      return [...files, bytes].join(', ');
    }
    if (sent >= total) {
      return [...files, bytes, l10n.t('finishing')].join(', ');
    }
    if (this.#paused.size > 0) {
      return [...files, bytes, l10n.t('waiting for the network')].join(', ');
    }
    const speed = this.#speedometer.bytesPerSecond;
    return [
      ...files,
      bytes,
      ...(speed === undefined ? [] : [formatSpeed(speed, l10n)]),
      ...(speed === undefined || speed < 1
        ? []
        : [l10n.t('{0} left', formatDuration(((total - sent) / speed) * 1000, l10n))]),
    ].join(', ');
  }
}

function sum(values: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const value of values.values()) {
    total += value;
  }
  return total;
}
