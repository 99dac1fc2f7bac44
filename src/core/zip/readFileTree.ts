import { isUtf8 } from 'node:buffer';
import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import path from 'node:path';
import { CodedError } from '../errors/catalogue';
import { toChangedError, toReadError } from '../errors/fileErrors';
import { forEachLimit } from '../util/concurrency';
import { createExcludeFilter, type ExcludeFilter } from './excludes';
import { entryName, type FileTree, type FileTreeEntry } from './fileTree';
import { nameSelectedItems, type SelectedItem } from './selectedItems';
import { fileIdOf } from './snapshot';

interface FileTreeOptions {
  /** Links within a selected folder are kept as links, or left out. They are never followed. */
  readonly links: 'keep' | 'skip';
  /** Patterns as in a `.gitignore`; they hold for what is in a selected folder, not for what was selected itself. */
  readonly excludes: readonly string[];
  /** Our own folder of temporary files, which is never packed, wherever it is. */
  readonly tempFolder: string;
}

/**
 * Lists what is packed: the contents of one selected folder, or several items, each under its name.
 *
 * @throws CodedError `source.notFound`, `source.notReadable`, `source.changed`, `source.badName`,
 * `source.nameClash`, `source.empty`
 */
export async function readFileTree(
  paths: readonly string[],
  options: FileTreeOptions,
  signal?: AbortSignal,
): Promise<FileTree> {
  const walker = new DirectoryWalker(options, await createExcludeFilter(options.excludes));
  const items = nameSelectedItems(paths);
  for (const item of items) {
    await walker.addItem(item, items.length === 1);
  }
  await walker.finish(signal);
  const { entries, leftOut } = walker;
  if (entries.length === 0) {
    throw new CodedError('source.empty', { subject: paths[0] ?? '' });
  }
  const files = entries.filter((entry) => entry.kind === 'file');
  return {
    entries: sortEntries(entries),
    contentBytes: files.reduce((sum, { size }) => sum + size, 0),
    mtimeMs: files.reduce((latest, { mtimeMs }) => Math.max(latest, mtimeMs), 0),
    leftOut: leftOut.sort(),
  };
}

/** @throws CodedError `source.nameClash` for two items with one name, such as items selected on two disks */
function sortEntries(entries: readonly FileTreeEntry[]): readonly FileTreeEntry[] {
  const keyed = entries
    .map((entry) => ({ entry, key: Buffer.from(entryName(entry)) }))
    .sort((a, b) => Buffer.compare(a.key, b.key));
  keyed.forEach(({ entry, key }, index) => {
    const before = keyed[index - 1];
    if (before?.key.equals(key)) {
      throw new CodedError('source.nameClash', { subject: entry.name });
    }
  });
  return keyed.map(({ entry }) => entry);
}

/** System calls at once. More gains nothing: libuv has four threads for them. */
const callsAtOnce = 8;

interface Found extends SelectedItem {
  /** Relative to the selected folder that contains it; '' for what was selected itself. */
  readonly relative: string;
}

/** One walk through what was selected. */
class DirectoryWalker {
  readonly entries: FileTreeEntry[] = [];
  readonly leftOut: string[] = [];
  #folders: Found[] = [];

  constructor(
    private readonly options: FileTreeOptions,
    private readonly isExcluded: ExcludeFilter,
  ) {}

  /** A selected item is followed when it is a link, because the person selected it. */
  async addItem(item: SelectedItem, isOnly: boolean): Promise<void> {
    const stats = await stat(item.path).catch((error: unknown) => {
      throw toReadError(error, item.path);
    });
    checkName(item.name, item.path);
    if (stats.isFile()) {
      this.#addFile({ ...item, relative: '' }, stats, true);
    } else if (!stats.isDirectory()) {
      throw new CodedError('source.notAFile', { subject: item.path });
    } else if (isOnly) {
      this.#folders.push({ path: item.path, name: '', relative: '' });
    } else {
      this.entries.push({ kind: 'folder', name: item.name });
      this.#folders.push({ ...item, relative: '' });
    }
  }

  async finish(signal: AbortSignal | undefined): Promise<void> {
    const tempFolderId = await stat(this.options.tempFolder).then(fileIdOf, () => undefined);
    while (this.#folders.length > 0) {
      const level = this.#folders;
      this.#folders = [];
      const list = (folder: Found, stop: AbortSignal): Promise<void> =>
        this.#list(folder, tempFolderId, stop);
      await forEachLimit(level, callsAtOnce, list, signal);
    }
  }

  async #list(folder: Found, tempFolderId: string | undefined, stop: AbortSignal): Promise<void> {
    const isSelected = folder.relative === '';
    try {
      // As buffers: a name that is not UTF-8 would be decoded to another one, which does not exist.
      const children = await readdir(folder.path, { withFileTypes: true, encoding: 'buffer' });
      const stats = await (isSelected ? stat : lstat)(folder.path);
      if (!stats.isDirectory()) {
        // It was replaced by something else, such as a link out of the selected folder.
        throw new CodedError('source.changed', { subject: folder.path });
      }
      if (fileIdOf(stats) === tempFolderId) {
        this.leftOut.push(folder.path);
        return;
      }
      await forEachLimit(children, callsAtOnce, (child) => this.#addChild(folder, child), stop);
    } catch (error) {
      throw (isSelected ? toReadError : toChangedError)(error, folder.path);
    }
  }

  async #addChild(folder: Found, child: Dirent<Buffer>): Promise<void> {
    const childName = child.name.toString();
    const found: Found = {
      path: path.join(folder.path, childName),
      name: joinNames(folder.name, childName),
      relative: joinNames(folder.relative, childName),
    };
    if (this.isExcluded(found.relative, child.isDirectory())) {
      return;
    }
    if (!isUtf8(child.name)) {
      const subject = path.join(folder.path, withEscapedBytes(child.name));
      throw new CodedError('source.badName', { subject, detail: 'encoding' });
    }
    checkName(found.name, found.path);
    if (child.isDirectory()) {
      this.entries.push({ kind: 'folder', name: found.name });
      this.#folders.push(found);
    } else if (child.isFile()) {
      this.#addFile(found, await statFile(found.path), false);
    } else if (child.isSymbolicLink() && this.options.links === 'keep') {
      this.entries.push({ kind: 'link', name: found.name, target: await targetOf(found.path) });
    } else {
      this.leftOut.push(found.path);
    }
  }

  #addFile({ path: file, name }: Found, stats: Stats, isSelected: boolean): void {
    this.entries.push({
      kind: 'file',
      name,
      path: file,
      size: stats.size,
      mtimeMs: stats.mtimeMs,
      fileId: fileIdOf(stats),
      // Windows has no such bit, and the one that Node reports there would make the same tree give other bytes.
      isExecutable: process.platform !== 'win32' && (stats.mode & 0o100) !== 0,
      isSelected,
    });
  }
}

/** @throws CodedError `source.changed` when it is no longer a file */
async function statFile(file: string): Promise<Stats> {
  const stats = await lstat(file).catch((error: unknown) => {
    throw toChangedError(error, file);
  });
  if (!stats.isFile()) {
    throw new CodedError('source.changed', { subject: file });
  }
  return stats;
}

async function targetOf(link: string): Promise<Buffer> {
  try {
    const target = await readlink(link, { encoding: 'buffer' });
    return path.sep === '\\' ? Buffer.from(target.toString().replaceAll('\\', '/')) : target;
  } catch (error) {
    throw toChangedError(error, link);
  }
}

function joinNames(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** On Windows, a name with a backslash or a drive letter would be unpacked to another place. */
function checkName(name: string, file: string): void {
  if (name.includes('\\') || /^[a-zA-Z]:/.test(name)) {
    throw new CodedError('source.badName', { subject: file });
  }
}

/** As a shell shows it, so that the file can be found: `caf\xE9.txt`. */
function withEscapedBytes(name: Buffer): string {
  return name
    .toString('latin1')
    .replace(
      /[^ -~]/g,
      (char) => `\\x${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
    );
}
