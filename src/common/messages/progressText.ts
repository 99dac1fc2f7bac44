import { l10n } from 'vscode';
import type { TransferProgress } from '../../core/transfer/types';
import { formatBytes, formatDuration, formatSpeed } from './format';

/** `5.1 MB of 12.9 MB, 2.3 MB/s, 4 s left`; with percent `5.1 MB of 12.9 MB (39%), …` */
export function progressText(
  { sentBytes, totalBytes, bytesPerSecond, secondsLeft, stage }: ProgressFacts,
  withPercent = false,
): string {
  const bytes = l10n.t('{0} of {1}', formatBytes(sentBytes), formatBytes(totalBytes));
  const percent = totalBytes === 0 ? 100 : Math.floor((sentBytes / totalBytes) * 100);
  const parts = [withPercent ? `${bytes} (${percent}%)` : bytes];
  switch (stage) {
    case 'preparing':
      return l10n.t('preparing');
    case 'paused':
      parts.push(l10n.t('waiting for the network'));
      break;
    case 'completing':
      parts.push(l10n.t('finishing'));
      break;
    case 'sending':
      if (bytesPerSecond !== undefined) {
        parts.push(formatSpeed(bytesPerSecond));
      }
      if (secondsLeft !== undefined) {
        parts.push(l10n.t('{0} left', formatDuration(secondsLeft * 1000)));
      }
      break;
  }
  return parts.join(', ');
}

export type ProgressFacts = Pick<
  TransferProgress,
  'bytesPerSecond' | 'secondsLeft' | 'sentBytes' | 'stage' | 'totalBytes'
>;
