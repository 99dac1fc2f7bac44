import { l10n, ProgressLocation, Uri, workspace } from 'vscode';
import type { Credential } from '../../core/alibaba/edas/credential';
import type { ObjectHead } from '../../core/oss/client';
import { headIfAllowed } from '../../core/oss/headIfAllowed';
import { baseName, joinKey } from '../../core/oss/objectKey';
import { readPolicy } from '../../core/retry/readPolicy';
import { flag, text, type InputOf } from '../../core/util/inputFields';
import { signedInAccount } from '../../common/account';
import { formatBytes, formatTime } from '../../common/messages/format';
import { progressText } from '../../common/messages/progressText';
import type { UploadedPackage } from '../../common/objects/uploadedPackage';
import { nameOfFile, uploadFile } from '../../common/upload/uploadFile';
import { safeWindow } from '../../common/vscode/safeWindow';
import { findFile, type NamedFile } from './findFile';
import type { Call, Proposal } from './tool';

/** The inputs of an upload; longest path that a system takes, characters. */
export const uploadFields = {
  file: text(4_096),
  key: text(),
  overwrite: flag(),
};

/** An upload that a person can confirm. */
export interface UploadProposal extends Pick<Proposal, 'fingerprint' | 'lines'> {
  /** Below the package prefix. */
  readonly name: string;
  /** The package prefix included. */
  readonly key: string;
  /** As it was when this was proposed. */
  readonly credential: Credential;
  readonly send: (call: Call) => Promise<UploadedPackage>;
}

/**
 * What an upload would do. Changes nothing.
 * @param name that was confirmed: a template may have the time in it
 * @throws CodedError `account.signedOut`, `source.*`, `key.*`; what OSS and the session throw
 */
export async function proposeUpload(
  input: InputOf<typeof uploadFields> & { readonly file: string },
  { deps, signal }: Call,
  name?: string,
): Promise<UploadProposal> {
  const { file: wanted, key: template, overwrite = false } = input;
  const account = signedInAccount(deps.accounts);
  const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const file = await findFile(
    wanted,
    folders.map(({ uri }) => uri.fsPath),
  );
  const named = name ?? (await nameOfFile(Uri.file(file.named), { template }));
  const credential = await deps.uploads.credential(signal);
  const { bucket, keyPrefix } = credential;
  const key = joinKey(keyPrefix, named);
  const { oss } = await deps.transferServices.get();
  const head = (held: Credential): Promise<ObjectHead | 'denied' | undefined> =>
    headIfAllowed(oss.headObject({ credential: held, network: deps.network() }, key, signal));
  const existing = await readPolicy(deps).run(() => deps.session.use(head, signal), signal);
  const mayReplace = overwrite && existing !== undefined;
  return {
    name: named,
    key,
    credential,
    lines: [
      l10n.t('File: {0}', file.path),
      ...(file.isInWorkspace ? [] : [l10n.t('This file is outside the workspace.')]),
      l10n.t('Size: {0}, changed {1}', ...[formatBytes(file.size), timeText(file.mtimeMs)]),
      l10n.t('Object key: {0}', key),
      existingText(existing, overwrite),
    ],
    fingerprint: [
      ...[account.id, bucket, key, file.path, file.size, file.mtimeMs, mayReplace],
      existing === 'denied' ? existing : existing?.etag,
    ],
    send: (call) => send(file, key, mayReplace, call),
  };
}

function existingText(existing: ObjectHead | 'denied' | undefined, overwrite: boolean): string {
  if (existing === undefined) {
    return l10n.t('No object exists under this key.');
  }
  if (existing === 'denied') {
    return overwrite
      ? l10n.t(
          'It cannot be checked whether an object exists under this key: if so, it is replaced.',
        )
      : l10n.t('An object that exists under this key is not replaced.');
  }
  const facts = [formatBytes(existing.size), timeText(existing.lastModified)] as const;
  return overwrite
    ? l10n.t('Replaces the existing object: {0}, uploaded {1}.', ...facts)
    : l10n.t(
        'An object already exists under this key and is not replaced: {0}, uploaded {1}. Only a file with the same contents is accepted.',
        ...facts,
      );
}

/** Always with the day: the lines of a confirmation are the same tomorrow. */
function timeText(ms: number): string {
  return formatTime(ms, 0);
}

function send(
  { path }: NamedFile,
  key: string,
  overwrite: boolean,
  { deps, signal }: Call,
): Promise<UploadedPackage> {
  const title = l10n.t('Uploading {0}', baseName(key));
  return Promise.resolve(
    safeWindow.withProgress({ location: ProgressLocation.Window, title }, (message) =>
      uploadFile(
        {
          file: Uri.file(path),
          key,
          overwrite,
          onProgress: (progress) => message.report({ message: progressText(progress) }),
        },
        deps,
        signal,
      ),
    ),
  );
}
