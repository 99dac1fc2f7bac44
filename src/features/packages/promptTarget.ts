import { homedir } from 'node:os';
import path from 'node:path';
import { FileSystemError, l10n, Uri, workspace } from 'vscode';
import { CodedError } from '../../core/errors/catalogue';
import { safeFileName } from '../../core/transfer/download/safeFileName';
import { abortError } from '../../core/util/abort';
import type { ObjectEntry } from '../../common/objects/entries';
import { nameList } from '../../common/messages/nameList';
import { fileNamesFor, caseFold } from './names';
import { safeWindow } from '../../common/vscode/safeWindow';

/** An object and the file that it is saved to. */
export interface Target {
  readonly object: ObjectEntry;
  /** Absolute path. */
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
    const names = await this.#decide(objects, existing);
    const taken = new Set(existing.map(caseFold));
    return objects.flatMap((object, index) => {
      const name = names[index];
      return name === undefined
        ? []
        : [{ object, file: path.join(location, name), overwrite: taken.has(caseFold(name)) }];
    });
  }

  /** @returns a file name for each, undefined for those that are not wanted */
  async #decide(
    objects: readonly ObjectEntry[],
    existing: readonly string[],
  ): Promise<readonly (string | undefined)[]> {
    const keys = objects.map(({ key }) => key);
    const names = fileNamesFor(keys);
    const taken = new Set(existing.map(caseFold));
    const clashing = names.filter((name) => taken.has(caseFold(name)));
    if (clashing.length === 0) {
      return names;
    }
    const [overwrite, keepBoth, skip] = [
      l10n.t('Overwrite All'),
      l10n.t('Keep Both for All'),
      l10n.t('Skip All'),
    ];
    const chosen = await safeWindow.showWarningMessage(
      clashing.length === 1
        ? l10n.t('“{0}” already exists in this folder.', clashing[0] ?? '')
        : l10n.t('{0} files already exist in this folder.', clashing.length),
      { modal: true, detail: nameList(clashing) },
      ...[overwrite, keepBoth, skip],
    );
    switch (chosen) {
      case overwrite:
        return names;
      case keepBoth:
        return fileNamesFor(keys, existing);
      case skip:
        return names.map((name) => (taken.has(caseFold(name)) ? undefined : name));
      case undefined:
      default:
        throw abortError();
    }
  }

  #start(): Uri {
    const onDisk = workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
    return this.#folder ?? onDisk?.uri ?? Uri.file(homedir());
  }
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
