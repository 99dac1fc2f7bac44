import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FileSystemError, FileType, Uri, workspace } from 'vscode';
import { CodedError } from '../../core/errors/catalogue';
import { assertUploadFolder, joinKey } from '../../core/oss/objectKey';
import { parseZipUri, zipName, zipUri, type ZipRequest } from '../../core/zip/zipRequest';
import type { Transfer } from '../../core/transfer/manager';
import { objectNameOf } from '../../common/objects/objectName';
import { zipSettings } from '../../common/settings/zipSettings';
import type { TransferServices } from '../../common/transferServices';
import { assertLocalFile, fileItem } from '../../common/upload/fileItem';
import { numberedKey } from '../../common/upload/numberedKey';
import type { UploadItem, UploadOutcome } from '../../common/upload/types';

/** What is needed of a transfer to resume it or try it again. */
export type Resumable = Pick<Transfer, 'id' | 'key' | 'name' | 'sourceUri'>;

/** What a person has selected to be uploaded. */
export type Selection =
  /** Files, each to the key that the template gives. `folder` is below the package prefix and ends with a slash, or is empty. */
  | { readonly kind: 'files'; readonly files: readonly Uri[]; readonly folder: string }
  /** A folder, or several things, as one ZIP. */
  | { readonly kind: 'zip'; readonly items: readonly Uri[]; readonly folder: string }
  /** Transfers that were interrupted or have failed, each to the key that it had. */
  | { readonly kind: 'resume'; readonly transfers: readonly Resumable[] };

export interface UploadPlan {
  readonly items: readonly UploadItem[];
  /** What cannot be uploaded, each with its reason. */
  readonly refused: readonly UploadOutcome[];
}

/** File names, for people. */
export function namesIn(selection: Selection): readonly string[] {
  switch (selection.kind) {
    case 'files':
      return selection.files.map(({ path }) => posix.basename(path));
    case 'zip':
      return selection.items.length === 0
        ? []
        : [zipName(selection.items.map(({ fsPath }) => fsPath))];
    case 'resume':
      return selection.transfers.map(({ name }) => name);
  }
}

/** The part of a selection whose items have these paths. */
export function onlyPaths(selection: Selection, paths: ReadonlySet<string>): Selection {
  switch (selection.kind) {
    case 'files':
      return { ...selection, files: selection.files.filter(({ fsPath }) => paths.has(fsPath)) };
    case 'zip':
      return selection;
    case 'resume': {
      const isSelected = ({ sourceUri }: Resumable): boolean => paths.has(pathOf(sourceUri));
      return { ...selection, transfers: selection.transfers.filter(isSelected) };
    }
  }
}

/** Determines the key of each file. Never rejects: a problem with a file is its outcome. */
export async function planUpload(
  selection: Selection,
  keyPrefix: string,
  transferServices: TransferServices,
): Promise<UploadPlan> {
  switch (selection.kind) {
    case 'files': {
      const now = new Date();
      const prefix = below(keyPrefix, selection.folder);
      return collect(
        selection.files.map((uri) => ({
          path: uri.fsPath,
          name: posix.basename(uri.path),
          plan: async () => {
            const size = await sizeOf(uri);
            const key = joinKey(prefix, await objectNameOf(uri, { now }));
            return fileItem(uri.fsPath, key, transferServices, size);
          },
        })),
      );
    }
    case 'zip': {
      const paths = selection.items.map(({ fsPath }) => fsPath);
      const name = zipName(paths);
      return collect([
        {
          path: name,
          name,
          plan: () => planZip(selection, keyPrefix, paths, name, transferServices),
        },
      ]);
    }
    case 'resume':
      return collect(
        selection.transfers.map((transfer) => ({
          path: pathOf(transfer.sourceUri),
          name: transfer.name,
          plan: () => planResumedItem(transfer, transferServices),
        })),
      );
  }
}

/**
 * Items that would get the key of an earlier item. Resumed transfers do not count: they already have their keys.
 */
export function itemsWithSameKey(items: readonly UploadItem[]): readonly UploadItem[] {
  const keys = new Set<string>();
  return items.filter(({ key, transferId }) => {
    if (transferId !== undefined) {
      return false;
    }
    const isTaken = keys.has(key);
    keys.add(key);
    return isTaken;
  });
}

/** Gives each of these items a key of its own, numbered. */
export function numberKeys(
  items: readonly UploadItem[],
  toNumber: readonly UploadItem[],
): readonly UploadItem[] {
  const keys = new Set(items.map(({ key }) => key));
  return items.map((item) => {
    if (!toNumber.includes(item)) {
      return item;
    }
    let number = 1;
    while (keys.has(numberedKey(item.key, number))) {
      number += 1;
    }
    const key = numberedKey(item.key, number);
    keys.add(key);
    return { ...item, key };
  });
}

interface Candidate {
  readonly path: string;
  readonly name: string;
  plan(): Promise<UploadItem>;
}

async function collect(candidates: readonly Candidate[]): Promise<UploadPlan> {
  const items: UploadItem[] = [];
  const refused: UploadOutcome[] = [];
  const planned = await Promise.allSettled(candidates.map((candidate) => candidate.plan()));
  for (const [index, result] of planned.entries()) {
    if (result.status === 'fulfilled') {
      items.push(result.value);
    } else {
      const { path = '', name = '' } = candidates[index] ?? {};
      refused.push({ kind: 'failed', item: { path, name }, error: result.reason });
    }
  }
  return { items, refused };
}

/** Errors of single files appear when the ZIP is packed. Its key is that of a file next to the first item. */
async function planZip(
  { items, folder }: Extract<Selection, { kind: 'zip' }>,
  keyPrefix: string,
  paths: readonly string[],
  name: string,
  transferServices: TransferServices,
): Promise<UploadItem> {
  items.forEach(assertLocalFile);
  const [first = Uri.file('')] = items;
  const zip: ZipRequest = { paths, name, ...zipSettings(first) };
  const key = joinKey(below(keyPrefix, folder), await objectNameOf(first, { fileName: name }));
  return zipItem(zip, key, transferServices);
}

async function planResumedItem(
  { id, sourceUri, key, name }: Resumable,
  transferServices: TransferServices,
): Promise<UploadItem> {
  const zip = parseZipUri(sourceUri);
  if (zip !== undefined) {
    return { ...zipItem(zip, key, transferServices), id, name, transferId: id };
  }
  const uri = uriOf(sourceUri);
  const size = await sizeOf(uri);
  return { ...fileItem(uri.fsPath, key, transferServices, size), id, transferId: id };
}

function zipItem(zip: ZipRequest, key: string, transferServices: TransferServices): UploadItem {
  const uri = zipUri(zip);
  return {
    id: uri,
    path: uri,
    sourceUri: uri,
    name: zip.name,
    key,
    source: (onPacked) => transferServices.zipSource(zip, onPacked),
  };
}

function below(keyPrefix: string, folder: string): string {
  assertUploadFolder(folder);
  return `${keyPrefix}/${folder}`.replace(/\/$/, '');
}

function pathOf(sourceUri: string): string {
  return parseZipUri(sourceUri) === undefined ? uriOf(sourceUri).fsPath : sourceUri;
}

/** Parsed by Node, which also made it: VS Code would leave the server of a network path encoded (`xn--…`). */
function uriOf(sourceUri: string): Uri {
  try {
    return Uri.file(fileURLToPath(sourceUri));
  } catch {
    return Uri.parse(sourceUri);
  }
}

async function sizeOf(uri: Uri): Promise<number> {
  assertLocalFile(uri);
  const name = posix.basename(uri.path);
  try {
    const { size, type } = await workspace.fs.stat(uri);
    if ((type & FileType.File) === 0) {
      const detail = (type & FileType.Directory) === 0 ? 'device' : 'folder';
      throw new CodedError('source.notAFile', { subject: name, detail });
    }
    return size;
  } catch (error) {
    if (error instanceof FileSystemError) {
      const code = error.code === 'FileNotFound' ? 'source.notFound' : 'source.notReadable';
      throw new CodedError(code, { subject: name }, { cause: error });
    }
    throw error;
  }
}
