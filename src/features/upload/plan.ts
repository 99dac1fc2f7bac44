import { posix } from 'node:path';
import { FileSystemError, FileType, Uri, workspace } from 'vscode';
import { CodedError } from '../../core/errors/catalogue';
import { joinKey } from '../../core/oss/objectKey';
import { parseZipUri, zipName, zipUri, type ZipRequest } from '../../core/packing/zipRequest';
import type { Transfer } from '../../core/transfer/engine';
import { objectNameOf } from '../../common/objects/objectName';
import { zipSettings } from '../../common/settings/zipSettings';
import type { BatchFile, Outcome } from './batch';

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
  return planEach(uris, (uri) => ({
    uri,
    key: async () => joinKey(prefix, await objectNameOf(uri, { now })),
  }));
}

/**
 * The same for one ZIP of a folder, or of several things, which gets its key as if it lay beside them. What cannot be
 * packed comes out when it is packed.
 */
export async function planForZip(items: readonly Uri[], prefix: string): Promise<Plan> {
  const paths = items.map(({ fsPath }) => fsPath);
  const name = zipName(paths);
  const [first] = items;
  if (first === undefined) {
    return { files: [], refused: [] };
  }
  try {
    items.forEach(refuseElsewhere);
    // The settings, the folder and the repository of what is packed: beside a workspace folder there are none.
    const zip: ZipRequest = { paths, name, ...zipSettings(first), compress: true };
    const key = joinKey(prefix, await objectNameOf(first, { fileName: name }));
    return { files: [{ path: zipUri(zip), name, size: 0, key, zip }], refused: [] };
  } catch (error) {
    return { files: [], refused: [{ kind: 'failed', file: { path: name, name }, error }] };
  }
}

/** The same for transfers that have a key already. */
export async function planToResume(transfers: readonly Resumable[]): Promise<Plan> {
  const packed = transfers.flatMap(({ id, sourceUri, key, name }): readonly BatchFile[] => {
    const zip = parseZipUri(sourceUri);
    return zip === undefined ? [] : [{ path: sourceUri, name, size: 0, key, zip, transferId: id }];
  });
  const rest = transfers.filter(({ sourceUri }) => parseZipUri(sourceUri) === undefined);
  const { files, refused } = await planEach(rest, ({ id, sourceUri, key }) => ({
    ...{ uri: Uri.parse(sourceUri), key: () => Promise.resolve(key), transferId: id },
  }));
  return { files: [...packed, ...files], refused };
}

async function planEach<T>(
  items: readonly T[],
  lookAt: (item: T) => {
    readonly uri: Uri;
    readonly key: () => Promise<string>;
    transferId?: string;
  },
): Promise<Plan> {
  const outcomes = await Promise.all(
    items.map(async (item): Promise<BatchFile | Outcome> => {
      const { uri, key, ...rest } = lookAt(item);
      const name = posix.basename(uri.path);
      try {
        const size = await sizeOf(uri, name);
        return { path: uri.fsPath, name, size, key: await key(), ...rest };
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

async function sizeOf(uri: Uri, name: string): Promise<number> {
  refuseElsewhere(uri);
  try {
    const { size, type } = await workspace.fs.stat(uri);
    if ((type & FileType.File) === 0) {
      const detail = (type & FileType.Directory) === 0 ? 'device' : 'folder';
      throw new CodedError('source.notAFile', { subject: name, detail });
    }
    return size;
  } catch (error) {
    throw error instanceof FileSystemError ? faultOf(error, name) : error;
  }
}

/** @throws CodedError source.notOnDisk, its detail the scheme, of which `vscode-local` has words of its own */
function refuseElsewhere({ scheme, path }: Uri): void {
  if (scheme !== 'file') {
    throw new CodedError('source.notOnDisk', { subject: posix.basename(path), detail: scheme });
  }
}

function faultOf(error: FileSystemError, name: string): CodedError {
  return new CodedError(
    error.code === 'FileNotFound' ? 'source.notFound' : 'source.notReadable',
    { subject: name },
    { cause: error },
  );
}
