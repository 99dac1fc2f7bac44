import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { posix } from 'node:path';
import { FileSystemError, FileType, Uri, workspace } from 'vscode';
import { CodedError } from '../../core/errors';
import { joinKey } from '../../core/oss/objectKey';
import type { Transfer } from '../../core/transfer/engine';
import { objectKeyTemplateSetting } from '../../kit/settings';
import type { BatchFile, Outcome } from './batch';
import { expandTemplate, variablesOf, type Circumstances } from './template';

/** What must be known of a transfer to go on with it, or to try it again. */
export type Resumable = Pick<Transfer, 'id' | 'key' | 'name' | 'sourceUri'>;

export interface Plan {
  readonly files: readonly BatchFile[];
  /** What cannot be uploaded, each with its reason. */
  readonly refused: readonly Outcome[];
}

/** Looks at the chosen files and works out their keys. Throws nothing: what is wrong with a file is its outcome. */
export function planFor(uris: readonly Uri[], prefix: string): Promise<Plan> {
  const now = new Date();
  return planEach(uris, (uri) => ({ uri, key: () => joinKey(prefix, objectNameOf(uri, now)) }));
}

/** The same for transfers that have a key already. */
export function planToResume(transfers: readonly Resumable[]): Promise<Plan> {
  return planEach(transfers, ({ id, sourceUri, key }) => ({
    ...{ uri: Uri.parse(sourceUri), key: () => key, transferId: id },
  }));
}

async function planEach<T>(
  items: readonly T[],
  lookAt: (item: T) => { readonly uri: Uri; readonly key: () => string; transferId?: string },
): Promise<Plan> {
  const outcomes = await Promise.all(
    items.map(async (item): Promise<BatchFile | Outcome> => {
      const { uri, key, ...rest } = lookAt(item);
      const name = posix.basename(uri.path);
      try {
        const size = await sizeOf(uri, name);
        return { path: uri.fsPath, name, size, key: key(), ...rest };
      } catch (error) {
        return { kind: 'failed', file: { path: uri.fsPath, name }, error };
      }
    }),
  );
  return {
    files: outcomes.filter((outcome): outcome is BatchFile => !('kind' in outcome)),
    refused: outcomes.filter((outcome): outcome is Outcome => 'kind' in outcome),
  };
}

/**
 * The name under the package prefix that a file gets by the template.
 * @throws CodedError key.unknownVariable
 */
export function objectNameOf(uri: Uri, now: Date): string {
  return expandTemplate(objectKeyTemplateSetting(uri), variablesOf(circumstancesOf(uri, now)));
}

function circumstancesOf(uri: Uri, now: Date): Circumstances {
  const folder = workspace.getWorkspaceFolder(uri);
  const fileName = posix.basename(uri.path);
  return {
    fileName,
    relativePath: folder ? posix.relative(folder.uri.path, uri.path) : fileName,
    workspaceFolderName: folder?.name ?? '',
    now,
    uuid: randomUUID(),
    user: userName(),
  };
}

/** A container may run under a user that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}

async function sizeOf(uri: Uri, name: string): Promise<number> {
  if (uri.scheme !== 'file') {
    throw new CodedError('source.notOnDisk', { subject: name });
  }
  try {
    const { size, type } = await workspace.fs.stat(uri);
    if ((type & FileType.File) === 0) {
      throw new CodedError('source.notAFile', { subject: name });
    }
    return size;
  } catch (error) {
    throw error instanceof FileSystemError ? faultOf(error, name) : error;
  }
}

function faultOf(error: FileSystemError, name: string): CodedError {
  return new CodedError(
    error.code === 'FileNotFound' ? 'source.notFound' : 'source.notReadable',
    { subject: name },
    { cause: error },
  );
}
