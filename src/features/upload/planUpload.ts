import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FileSystemError, FileType, Uri, workspace } from 'vscode';
import { CodedError } from '../../core/errors/catalogue';
import { assertUploadFolder, joinKey } from '../../core/oss/objectKey';
import { parseZipUri, zipName, zipUri, type ZipRequest } from '../../core/zip/zipRequest';
import type { Transfer } from '../../core/transfer/manager';
import { objectNameOf } from '../../common/objects/objectName';
import type { SettingsValidator } from '../../common/settings/settingsValidator';
import { zipSettings } from '../../common/settings/zipSettings';
import type { TransferServices } from '../../common/transferServices';
import { assertLocalFile, fileItem } from '../../common/upload/fileItem';
import { numberedKey } from '../../common/upload/numberedKey';
import type { UploadItem, UploadOutcome } from '../../common/upload/types';

/** What is needed of a transfer to resume it or try it again. */
export type Resumable = Pick<Transfer, 'id' | 'key' | 'name' | 'sourceUri'>;

/** What a person has selected to be uploaded. */
export interface Selection {
  /** Below the package prefix, with a slash at its end; '' is the prefix itself. */
  readonly folder: string;
  readonly candidates: readonly Candidate[];
}

/** One of the selected things, before its key is known. */
interface Candidate {
  /** That of its item. */
  readonly id: string;
  /** Path of the file, else a text that names it. */
  readonly path: string;
  /** File name, for people. */
  readonly name: string;
  plan(context: PlanContext): Promise<UploadItem>;
}

interface PlanContext {
  /** The package prefix and the folder in it. */
  readonly prefix: string;
  readonly now: Date;
  readonly transferServices: TransferServices;
}

export interface UploadPlan {
  readonly items: readonly UploadItem[];
  /** What cannot be uploaded, each with its reason. */
  readonly refused: readonly UploadOutcome[];
}

/** Files, each to the key that the template gives. */
export function filesSelection(files: readonly Uri[], folder: string): Selection {
  const candidates = files.map((uri): Candidate => ({
    id: uri.fsPath,
    path: uri.fsPath,
    name: posix.basename(uri.path),
    plan: async ({ prefix, now, transferServices }) => {
      const size = await sizeOf(uri);
      const key = joinKey(prefix, await objectNameOf(uri, { now }));
      return fileItem(uri.fsPath, key, transferServices, size);
    },
  }));
  return { folder, candidates };
}

/** A folder, or several things, as one ZIP. Its key is that of a file next to the first item. */
export function zipSelection(
  items: readonly Uri[],
  folder: string,
  settings: Pick<SettingsValidator, 'warn'>,
): Selection {
  const [first] = items;
  if (first === undefined) {
    return { folder, candidates: [] };
  }
  const paths = items.map(({ fsPath }) => fsPath);
  const name = zipName(paths);
  const zip: Candidate = {
    id: name,
    path: name,
    name,
    // Errors of single files appear when the ZIP is packed.
    plan: async ({ prefix, transferServices }) => {
      items.forEach(assertLocalFile);
      const request = { paths, name, ...zipSettings(first, settings) };
      const key = joinKey(prefix, await objectNameOf(first, { fileName: name }));
      return zipItem(name, request, key, transferServices);
    },
  };
  return { folder, candidates: [zip] };
}

/** Transfers that were interrupted or have failed, each to the key that it had. */
export function resumeSelection(transfers: readonly Resumable[]): Selection {
  const candidates = transfers.map(({ id, key, name, sourceUri }): Candidate => {
    const zip = parseZipUri(sourceUri);
    const uri = uriOf(sourceUri);
    return {
      id,
      path: zip === undefined ? uri.fsPath : sourceUri,
      name,
      plan: async ({ transferServices }) => {
        const item =
          zip === undefined
            ? fileItem(uri.fsPath, key, transferServices, await sizeOf(uri))
            : { ...zipItem(id, zip, key, transferServices), name };
        return { ...item, id, transferId: id };
      },
    };
  });
  return { folder: '', candidates };
}

/** The part of a selection whose items have these ids. */
export function onlyIds({ folder, candidates }: Selection, ids: ReadonlySet<string>): Selection {
  return { folder, candidates: candidates.filter(({ id }) => ids.has(id)) };
}

/** Determines the key of each file. A problem with one of them is its outcome. @throws CodedError `key.badFolder` */
export async function planUpload(
  { folder, candidates }: Selection,
  keyPrefix: string,
  transferServices: TransferServices,
): Promise<UploadPlan> {
  assertUploadFolder(folder);
  const prefix = `${keyPrefix}/${folder}`.replace(/\/$/, '');
  const context = { prefix, now: new Date(), transferServices };
  const items: UploadItem[] = [];
  const refused: UploadOutcome[] = [];
  const planned = await Promise.allSettled(candidates.map((each) => each.plan(context)));
  for (const [index, result] of planned.entries()) {
    if (result.status === 'fulfilled') {
      items.push(result.value);
    } else {
      const { id = '', path = '', name = '' } = candidates[index] ?? {};
      refused.push({ kind: 'failed', item: { id, path, name }, error: result.reason });
    }
  }
  return { items, refused };
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

function zipItem(
  id: string,
  zip: ZipRequest,
  key: string,
  transferServices: TransferServices,
): UploadItem {
  const uri = zipUri(zip);
  return {
    id,
    path: uri,
    sourceUri: uri,
    name: zip.name,
    key,
    source: (onPacked) => transferServices.zipSource(zip, onPacked),
  };
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
