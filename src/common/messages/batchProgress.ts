import { l10n } from 'vscode';
import { formatBytes } from './format';
import { progressText, type ProgressFacts } from './progressText';

interface ItemProgress {
  size: number;
  sent: number;
  bytesPerSecond: number;
  isPaused: boolean;
  /** While it is packed, before anything of it is sent. */
  packing?: { readonly packed: number; readonly total: number } | undefined;
}

/** Adds up the progress of several uploads or downloads. What it shows never goes back. */
export class BatchProgress {
  readonly #items: Map<string, ItemProgress>;
  #finished = 0;
  #percent = 0;

  /** @param sizes bytes of each item, by its id; 0 where it is not known yet */
  constructor(
    sizes: ReadonlyMap<string, number>,
    private readonly onChange: () => void = () => undefined,
  ) {
    const start = { sent: 0, bytesPerSecond: 0, isPaused: false };
    this.#items = new Map([...sizes].map(([id, size]) => [id, { ...start, size }]));
  }

  update(id: string, { sentBytes, totalBytes, bytesPerSecond = 0, stage }: ProgressFacts): void {
    this.#change(id, (item) => {
      item.size = totalBytes > 0 ? totalBytes : item.size;
      item.sent = Math.max(item.sent, sentBytes);
      item.bytesPerSecond = bytesPerSecond;
      item.isPaused = stage === 'paused';
      item.packing = totalBytes > 0 ? undefined : item.packing;
    });
  }

  setPacked(id: string, packed: number, total: number): void {
    this.#change(id, (item) => {
      item.packing = { packed, total };
    });
  }

  /** The item is complete; it counts in full, also when it was smaller than it had been. */
  finish(id: string): void {
    this.#change(id, (item) => {
      Object.assign(item, { sent: item.size, bytesPerSecond: 0, isPaused: false });
      this.#finished += 1;
    });
  }

  /** The item is not transferred after all. */
  remove(id: string): void {
    this.#change(id, () => this.#items.delete(id));
  }

  /** Percentage points since the last call, as VS Code's progress wants them. */
  takeIncrement(): number {
    const { sent, total } = this.#sums();
    const percent = total === 0 ? 0 : Math.min(100, (sent / total) * 100);
    const increment = Math.max(0, percent - this.#percent);
    this.#percent += increment;
    return increment;
  }

  /** `5.1 MB of 12.9 MB, 2.3 MB/s, 4 s left`, and how many files when there are several */
  text(): string {
    const items = [...this.#items.values()];
    const { sent, total } = this.#sums();
    const packing = items.find((item) => item.packing !== undefined)?.packing;
    if (packing !== undefined && sent >= total) {
      const all = formatBytes(Math.max(packing.packed, packing.total));
      return l10n.t('packing {0} of {1}', formatBytes(packing.packed), all);
    }
    const isFinished = this.#finished >= items.length;
    const isSent = sent >= total;
    const speed = items.reduce((sum, { bytesPerSecond }) => sum + bytesPerSecond, 0);
    const bytes = progressText({
      sentBytes: sent,
      totalBytes: Math.max(sent, total),
      stage:
        isSent && !isFinished
          ? 'completing'
          : items.some(({ isPaused }) => isPaused)
            ? 'paused'
            : 'sending',
      bytesPerSecond: speed > 0 && !isFinished ? speed : undefined,
      secondsLeft: speed >= 1 && !isFinished ? (total - sent) / speed : undefined,
    });
    return items.length > 1
      ? `${l10n.t('{0} of {1} files', Math.min(this.#finished, items.length), items.length)}, ${bytes}`
      : bytes;
  }

  #change(id: string, change: (item: ItemProgress) => void): void {
    const item = this.#items.get(id);
    if (item !== undefined) {
      change(item);
      this.onChange();
    }
  }

  #sums(): { readonly sent: number; readonly total: number } {
    let [sent, total] = [0, 0];
    for (const item of this.#items.values()) {
      sent += item.sent;
      total += item.size;
    }
    return { sent, total };
  }
}
