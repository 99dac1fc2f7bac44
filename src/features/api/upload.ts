import { posix } from 'node:path';
import { CancellationError, Uri } from 'vscode';
import type { UploadedObject, UploadFailure, UploadFileOptions, UploadProgress } from '../../api';
import { CodedError, isAbort, hasCode } from '../../core/errors/catalogue';
import { joinKey } from '../../core/oss/objectKey';
import type { Log } from '../../core/util/log';
import { signalOf } from '../../common/vscode/cancellation';
import { logFailure } from '../../common/vscode/log';
import { errorMessageOf } from '../../common/vscode/reporter';
import type { Uses } from '../../common/featureServices';
import { nameOfFile, uploadFile } from '../../common/upload/uploadFile';
import type { ApiConsent } from './consent';
import { uploadedObject } from './watchUploads';

export interface ApiUploadDeps extends Uses<
  'accounts' | 'ensureSignedIn' | 'log' | 'transferServices' | 'uploads'
> {
  readonly consent: Pick<ApiConsent, 'require'>;
}

/** The `upload` of the API. */
export async function uploadForOthers(
  file: Uri,
  options: UploadFileOptions,
  deps: ApiUploadDeps,
): Promise<UploadedObject> {
  check(file, options);
  try {
    return await upload(file, options, deps);
  } catch (error) {
    if (isAbort(error)) {
      throw new CancellationError();
    }
    logFailure(deps.log, error);
    throw failureOf(error);
  }
}

async function upload(
  file: Uri,
  { key: template, overwrite = false, signIn = false, token, onProgress }: UploadFileOptions,
  { accounts, uploads, transferServices, ensureSignedIn, consent, log }: ApiUploadDeps,
): Promise<UploadedObject> {
  if (accounts.current === undefined && !signIn) {
    throw new CodedError('account.signedOut');
  }
  const name = await nameOfFile(file, { template });
  await consent.require({ file: file.fsPath, name, overwrite });
  if (signIn && !(await ensureSignedIn())) {
    throw new CodedError('account.signedOut');
  }
  const signal = token === undefined ? new AbortController().signal : signalOf(token);
  const { keyPrefix } = await uploads.credential(signal);
  const key = joinKey(keyPrefix, name);
  const uploaded = await uploadFile(
    { file, key, overwrite, onProgress: (progress) => reportProgress(progress, onProgress, log) },
    { uploads, transferServices },
    signal,
  );
  return uploadedObject(posix.basename(file.path), uploaded);
}

/** An error in the caller's function does not fail the upload. */
function reportProgress(
  { sentBytes, totalBytes }: UploadProgress,
  onProgress: UploadFileOptions['onProgress'],
  log: Log,
): void {
  try {
    onProgress?.({ sentBytes, totalBytes });
  } catch (error) {
    logFailure(log, error);
  }
}

type UntypedOptions = { readonly [K in keyof UploadFileOptions]: unknown };

/** The caller may be JavaScript. */
function check(file: unknown, { key, overwrite }: UntypedOptions): void {
  if (!(file instanceof Uri)) {
    throw new TypeError('upload: the first argument must be a Uri');
  }
  if (key !== undefined && typeof key !== 'string') {
    throw new TypeError('upload: options.key must be a string');
  }
  if (overwrite !== undefined && typeof overwrite !== 'boolean') {
    throw new TypeError('upload: options.overwrite must be a boolean');
  }
}

function failureOf(error: unknown): UploadFailure {
  const code = hasCode(error) ? error.code : 'unexpected';
  return Object.assign(new Error(errorMessageOf(error)), { name: 'UploadFailure', code } as const);
}
