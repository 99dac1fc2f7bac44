import type { TransferProgress } from '../../core/transfer/types';
import { formatBytes, formatDuration, formatSpeed } from '../../common/messages/format';
import type { L10n } from '../../common/vscode/l10n';

/** `5.1 MB of 12.9 MB (39%), 2.3 MB/s, 4 s left` */
export function progressText(
  { sentBytes, totalBytes, bytesPerSecond, secondsLeft, stage }: TransferProgress,
  l10n: L10n,
): string {
  const bytes = l10n.t('{0} of {1}', formatBytes(sentBytes), formatBytes(totalBytes));
  const percent = totalBytes === 0 ? 100 : Math.floor((sentBytes / totalBytes) * 100);
  const parts = [`${bytes} (${percent}%)`];
  switch (stage) {
    case 'preparing':
      return l10n.t('preparing');
    case 'paused':
      return [...parts, l10n.t('waiting for the network')].join(', ');
    case 'completing':
      return [...parts, l10n.t('finishing')].join(', ');
    case 'sending':
      return [
        ...parts,
        ...(bytesPerSecond === undefined ? [] : [formatSpeed(bytesPerSecond, l10n)]),
        ...(secondsLeft === undefined
          ? []
          : [l10n.t('{0} left', formatDuration(secondsLeft * 1000, l10n))]),
      ].join(', ');
  }
}
