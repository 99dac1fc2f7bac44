import type { Uri } from 'vscode';
import { CodedError } from '../../core/errors/catalogue';
import { joinKey } from '../../core/oss/objectKey';
import type { TransferProgress } from '../../core/transfer/types';
import { objectNameOf, type NamingOptions } from '../objects/objectName';
import { withUrls, type UploadedPackage } from '../objects/uploadedPackage';
import type { TransferServices } from '../transferServices';
import type { Lazy } from '../vscode/lazy';
import { fileItem } from './fileItem';
import type { UploadService } from './uploadService';

export interface FileUploadDeps {
  readonly uploads: UploadService;
  readonly tools: Lazy<TransferServices>;
}

/** An upload with everything decided: for tasks and other extensions, where nobody is asked. */
export interface FileUpload {
  readonly file: Uri;
  /** Object key, the package prefix included. */
  readonly key: string;
  readonly overwrite: boolean;
  readonly onProgress?: (progress: TransferProgress) => void;
}

/** The object key of a file. @throws CodedError `source.notOnDisk`, `key.*` */
export async function keyOfFile(
  file: Uri,
  keyPrefix: string,
  naming: NamingOptions,
): Promise<string> {
  return joinKey(keyPrefix, await nameOfFile(file, naming));
}

/** The name below the package prefix that a file gets. @throws as `objectNameOf`; CodedError `source.notOnDisk` */
export async function nameOfFile(file: Uri, naming: NamingOptions): Promise<string> {
  return objectNameOf(localFile(file), naming);
}

/** @throws as `UploadService.uploadOne`; CodedError `account.signedOut`, `source.notOnDisk` */
export async function uploadFile(
  { file, key, overwrite, onProgress }: FileUpload,
  { uploads, tools }: FileUploadDeps,
  signal: AbortSignal,
): Promise<UploadedPackage> {
  const path = localFile(file).fsPath;
  return uploads.track(signal, async (tracked) => {
    // Before the upload: once the object exists, nothing may fail any more.
    const credential = await uploads.credential(tracked);
    const services = await tools.get();
    const result = await uploads.uploadOne(fileItem(path, key, services), {
      location: credential,
      overwrite,
      onProgress: (_item, progress) => onProgress?.(progress),
      signal: tracked,
    });
    return withUrls(result, credential, services.oss);
  });
}

function localFile(file: Uri): Uri {
  if (file.scheme !== 'file') {
    throw new CodedError('source.notOnDisk', { subject: file.path });
  }
  return file;
}
