import { homedir } from 'node:os';
import path from 'node:path';
import { FileSystemError, l10n, Uri, workspace } from 'vscode';
import { CodedError } from '../../core/errors/catalogue';
import { safeFileName } from '../../core/transfer/download/safeFileName';
import { abortError } from '../../core/util/abort';
import type { ObjectEntry } from '../../common/objects/entries';
import type { ConflictResolution } from '../../common/upload/types';
import { nameList } from '../../common/messages/nameList';
import { fileNamesFor, caseFold } from './names';
import { safeWindow } from '../../common/vscode/safeWindow';

/** An object and the file that it is saved to. */
export interface Target {
  readonly object: ObjectEntry;
  readonly file: string;
  readonly overwrite: boolean;
}

/** Prompts for where objects are saved: one to a file, several to a folder. Empty when the person cancelled. */
export class DownloadTargetPrompt {
  /** Where the last objects were saved. */
  #folder: Uri | undefined;

  async ask(objects: readonly ObjectEntry[]): Promise<readonly Target[]> {
    const [first, ...others] = objects;
    if (first === undefined) {
      return [];
    }
    return others.length === 0 ? this.#askFile(first) : this.#askFolder(objects);
  }

  async #askFile(object: ObjectEntry): Promise<readonly Target[]> {
    const chosen = await safeWindow.showSaveDialog({
      title: l10n.t('EDAS: Download'),
      saveLabel: l10n.t('Download'),
      defaultUri: Uri.joinPath(this.#start(), safeFileName(object.key)),
    });
    if (chosen === undefined) {
      return [];
    }
    const file = pathOf(chosen);
    this.#folder = Uri.joinPath(chosen, '..');
    // The dialog has asked whether an existing file may be replaced; a file that is created later may not.
    return [{ object, file, overwrite: await exists(chosen) }];
  }

  async #askFolder(objects: readonly ObjectEntry[]): Promise<readonly Target[]> {
    const [folder] =
      (await safeWindow.showOpenDialog({
        title: l10n.t('EDAS: Download {0} Objects to a Folder', objects.length),
        openLabel: l10n.t('Download Here'),
        canSelectFiles: false,
        canSelectFolders: true,
        defaultUri: this.#start(),
      })) ?? [];
    if (folder === undefined) {
      return [];
    }
    const location = pathOf(folder);
    this.#folder = folder;
    const existing = (await workspace.fs.readDirectory(folder)).map(([name]) => name);
    const taken = new Set(existing.map(caseFold));
    const isTaken = (name: string): boolean => taken.has(caseFold(name));
    const keys = objects.map(({ key }) => key);
    const wanted = fileNamesFor(keys);
    const clashing = wanted.filter(isTaken);
    const resolution = clashing.length === 0 ? undefined : await promptClash(clashing);
    const names = resolution === 'keepBoth' ? fileNamesFor(keys, existing) : wanted;
    return objects
      .map((object, index) => ({ object, name: names[index] ?? '' }))
      .filter(({ name }) => resolution !== 'skip' || !isTaken(name))
      .map(({ object, name }) => ({
        object,
        file: path.join(location, name),
        overwrite: isTaken(name),
      }));
  }

  #start(): Uri {
    const onDisk = workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
    return this.#folder ?? onDisk?.uri ?? Uri.file(homedir());
  }
}

/** @throws AbortError when the person cancels */
async function promptClash(clashing: readonly string[]): Promise<ConflictResolution> {
  const resolution = await safeWindow.choose<ConflictResolution>(
    clashing.length === 1
      ? l10n.t('“{0}” already exists in this folder.', clashing[0] ?? '')
      : l10n.t('{0} files already exist in this folder.', clashing.length),
    nameList(clashing),
    [
      [l10n.t('Overwrite All'), 'overwrite'],
      [l10n.t('Keep Both for All'), 'keepBoth'],
      [l10n.t('Skip All'), 'skip'],
    ],
  );
  if (resolution === undefined) {
    throw abortError();
  }
  return resolution;
}

function pathOf(uri: Uri): string {
  if (uri.scheme !== 'file') {
    throw new CodedError('disk.notHere', { subject: uri.toString(true) });
  }
  return uri.fsPath;
}

async function exists(uri: Uri): Promise<boolean> {
  try {
    await workspace.fs.stat(uri);
    return true;
  } catch (error) {
    if (error instanceof FileSystemError && error.code === 'FileNotFound') {
      return false;
    }
    throw error;
  }
}
