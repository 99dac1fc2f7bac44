import { basename, posix } from 'node:path';
import type { Uri } from 'vscode';
import { CodedError } from '../../core/errors/catalogue';
import { fileUri } from '../../core/util/filePaths';
import type { TransferServices } from '../transferServices';
import type { UploadItem } from './types';

/** A file on this computer and the key that it is uploaded to. @param path absolute */
export function fileItem(
  path: string,
  key: string,
  { fileSource }: Pick<TransferServices, 'fileSource'>,
  size?: number,
): UploadItem {
  return {
    id: path,
    path,
    sourceUri: fileUri(path),
    name: basename(path),
    size,
    key,
    source: () => Promise.resolve(fileSource(path)),
  };
}

/** @throws CodedError source.notOnDisk, its detail the scheme, of which `vscode-local` has a sentence of its own */
export function assertLocalFile({ scheme, path }: Uri): void {
  if (scheme !== 'file') {
    throw new CodedError('source.notOnDisk', { subject: posix.basename(path), detail: scheme });
  }
}
