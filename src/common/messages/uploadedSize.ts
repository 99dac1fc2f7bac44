import { l10n } from 'vscode';
import type { UploadResult } from '../../core/transfer/types';
import { formatBytes } from './format';

/** `103.0 MB`; with the bytes that were sent where that is less, `103.0 MB, 2.1 MB sent` */
export function uploadedSize(results: readonly Pick<UploadResult, 'sentBytes' | 'size'>[]): string {
  const size = results.reduce((sum, result) => sum + result.size, 0);
  const sent = results.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
  return sent < size
    ? l10n.t('{0}, {1} sent', formatBytes(size), formatBytes(sent))
    : formatBytes(size);
}

/** For a file whose object exists already, byte for byte the same. @param size bytes */
export function alreadyUploaded(name: string, size: number): string {
  return l10n.t('Already uploaded, identical: {0} ({1}).', name, formatBytes(size));
}
