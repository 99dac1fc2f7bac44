import { l10n } from 'vscode';
import type { DownloadProgress } from '../../core/transfer/download/downloader';
import { formatBytes, formatDuration, formatSpeed } from '../../common/messages/format';

/** Adds up the bytes of several downloads. What it shows never goes back. */
export class DownloadsProgress {
  readonly #sizes: Map<string, number>;
  readonly #running = new Map<string, DownloadProgress>();
  #endedBytes = 0;
  #ended = 0;
  #percent = 0;

  /** @param sizes bytes, by key, as they were listed */
  constructor(sizes: ReadonlyMap<string, number>) {
    this.#sizes = new Map(sizes);
  }

  at(key: string, progress: DownloadProgress): void {
    this.#running.set(key, progress);
    if (progress.stage !== 'preparing') {
      // What was listed may be old.
      this.#sizes.set(key, progress.totalBytes);
    }
  }

  ended(key: string): void {
    this.#running.delete(key);
    this.#ended += 1;
    this.#endedBytes += this.#sizes.get(key) ?? 0;
  }

  /** Percent points since the last call, as VS Code's progress wants them. */
  takeIncrement(): number {
    const total = this.#total;
    const percent = total === 0 ? 0 : Math.min(100, (this.#received / total) * 100);
    const increment = Math.max(0, percent - this.#percent);
    this.#percent += increment;
    return increment;
  }

  /** `5.1 MB of 12.9 MB, 2.3 MB/s, 4 s left`, and how many files when there are several */
  text(): string {
    const [received, total] = [this.#received, this.#total];
    const files =
      this.#sizes.size > 1 ? [l10n.t('{0} of {1} files', this.#ended, this.#sizes.size)] : [];
    const bytes = l10n.t('{0} of {1}', formatBytes(received), formatBytes(total));
    const running = [...this.#running.values()];
    if (running.length > 0 && running.every(({ stage }) => stage === 'paused')) {
      return [...files, bytes, l10n.t('waiting for the network')].join(', ');
    }
    const speed = running.reduce((sum, { bytesPerSecond = 0 }) => sum + bytesPerSecond, 0);
    return [
      ...files,
      bytes,
      ...(speed < 1
        ? []
        : [
            formatSpeed(speed),
            l10n.t('{0} left', formatDuration(((total - received) / speed) * 1000)),
          ]),
    ].join(', ');
  }

  get #received(): number {
    return [...this.#running.values()].reduce(
      (sum, { receivedBytes }) => sum + receivedBytes,
      this.#endedBytes,
    );
  }

  get #total(): number {
    return [...this.#sizes.values()].reduce((sum, size) => sum + size, 0);
  }
}
