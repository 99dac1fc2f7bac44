import { basename } from 'node:path';
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
