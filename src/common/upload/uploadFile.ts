import type { Uri } from 'vscode';
import type { TransferProgress } from '../../core/transfer/types';
import { objectNameOf, type NamingOptions } from '../objects/objectName';
import { withUrls, type UploadedPackage } from '../objects/uploadedPackage';
import type { Uses } from '../featureServices';
import { assertLocalFile, fileItem } from './fileItem';

/** An upload without questions, for tasks and other extensions. */
export interface FileUpload {
  readonly file: Uri;
  /** Object key, the package prefix included. */
  readonly key: string;
  readonly overwrite: boolean;
  readonly onProgress?: (progress: TransferProgress) => void;
}

/** The name of a file below the package prefix. @throws as `objectNameOf`; CodedError `source.notOnDisk` */
export async function nameOfFile(file: Uri, naming: NamingOptions): Promise<string> {
  assertLocalFile(file);
  return objectNameOf(file, naming);
}

/** @throws as `UploadService.uploadOne`; CodedError `account.signedOut`, `source.notOnDisk` */
export async function uploadFile(
  { file, key, overwrite, onProgress }: FileUpload,
  { uploads, transferServices }: Uses<'transferServices' | 'uploads'>,
  signal: AbortSignal,
): Promise<UploadedPackage> {
  assertLocalFile(file);
  return uploads.track(signal, async (tracked) => {
    // Before the upload, because nothing may fail once the object exists.
    const credential = await uploads.credential(tracked);
    const services = await transferServices.get();
    const result = await uploads.uploadOne(fileItem(file.fsPath, key, services), {
      location: credential,
      overwrite,
      onProgress: (_item, progress) => onProgress?.(progress),
      signal: tracked,
    });
    return withUrls(result, credential, services.oss);
  });
}
