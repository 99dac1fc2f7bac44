import type { Dirent, Stats } from 'node:fs';
import { readdir, readlink, stat, lstat } from 'node:fs/promises';
import path from 'node:path';
import { CodedError } from '../errors';
import { listedReadFault, readFault } from '../fileFaults';
import { excluderOf, type Excluder } from './excludes';
import { inLanes } from './lanes';
import { nameRoots, type Root } from './roots';
import { isSpoolName } from './spool';

/** A file as it was when the tree was read; whoever reads it later compares. */
export interface TreeFile {
  readonly kind: 'file';
  /** Relative, with `/` between names, in the package. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** ms since 1970. */
  readonly mtimeMs: number;
  readonly isExecutable: boolean;
}

export interface TreeFolder {
  readonly kind: 'folder';
  /** As for a file, without a slash at the end. */
  readonly name: string;
}

export interface TreeLink {
  readonly kind: 'link';
  readonly name: string;
  /** Where it leads, as it stands in the link, with `/` between names. */
  readonly target: string;
}

export type TreeEntry = TreeFile | TreeFolder | TreeLink;

export interface Tree {
  /** Sorted by the bytes of their names, the same on every system. */
  readonly entries: readonly TreeEntry[];
  /** Sum of the files' sizes, bytes. */
  readonly contentBytes: number;
  /** Paths of what cannot be packed (sockets, devices) and of links that were not wanted. */
  readonly leftOut: readonly string[];
}

export interface TreeOptions {
  /** Patterns as in a `.gitignore`; they hold for what lies in a chosen folder, not for what was chosen itself. */
  readonly excludes: readonly string[];
  /** Links within a chosen folder are kept as links, or left out. They are never followed. */
  readonly links: 'keep' | 'skip';
}

/** The system calls that are under way at once. More gains nothing: libuv has four threads for them. */
const lanes = 8;

/**
 * Lists what is packed. One folder gives its contents; several things give each under its name.
 *
 * @throws CodedError `source.notFound`, `source.notReadable`, `source.changed`, `source.badName`,
 * `source.nameClash`, `source.empty`
 */
export async function readTree(
  paths: readonly string[],
  options: TreeOptions,
  signal?: AbortSignal,
): Promise<Tree> {
  const walk = new Walk(await excluderOf(options.excludes), options.links, signal);
  const roots = nameRoots(paths);
  for (const root of roots) {
    await walk.addRoot(root, roots.length === 1);
  }
  await walk.finish();
  if (walk.entries.length === 0) {
    throw new CodedError('source.empty', { subject: paths[0] ?? '' });
  }
  return {
    entries: sorted(walk.entries),
    contentBytes: walk.entries.reduce(
      (sum, each) => sum + (each.kind === 'file' ? each.size : 0),
      0,
    ),
    leftOut: walk.leftOut.sort(),
  };
}

/** A folder or file on the way, with its path relative to the chosen folder that it lies in. */
interface Found {
  readonly path: string;
  readonly name: string;
  readonly relative: string;
}

class Walk {
  readonly entries: TreeEntry[] = [];
  readonly leftOut: string[] = [];
  #folders: Found[] = [];
  readonly #files: Found[] = [];

  constructor(
    private readonly isExcluded: Excluder,
    private readonly links: 'keep' | 'skip',
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** What was chosen itself is followed when it is a link: that is what the person pointed at. */
  async addRoot(root: Root, isOnly: boolean): Promise<void> {
    const stats = await stat(root.path).catch((error: unknown) => {
      throw readFault(error, root.path);
    });
    checkName(root.name, root.path);
    if (stats.isFile()) {
      this.#addFile({ ...root, relative: '' }, stats);
    } else if (!stats.isDirectory()) {
      throw new CodedError('source.notAFile', { subject: root.path });
    } else if (isOnly) {
      this.#folders.push({ path: root.path, name: '', relative: '' });
    } else {
      this.entries.push({ kind: 'folder', name: root.name });
      this.#folders.push({ ...root, relative: '' });
    }
  }

  async finish(): Promise<void> {
    while (this.#folders.length > 0) {
      const level = this.#folders;
      this.#folders = [];
      await inLanes(level, lanes, (folder) => this.#list(folder));
    }
    await inLanes(this.#files, lanes, async (file) => {
      this.signal?.throwIfAborted();
      try {
        this.#addFile(file, await lstat(file.path));
      } catch (error) {
        throw listedReadFault(error, file.path);
      }
    });
  }

  async #list(folder: Found): Promise<void> {
    this.signal?.throwIfAborted();
    const children = await readdir(folder.path, { withFileTypes: true }).catch((error: unknown) => {
      throw readFault(error, folder.path);
    });
    for (const child of children.filter(({ name }) => !isSpoolName(name))) {
      const found: Found = {
        path: path.join(folder.path, child.name),
        name: below(folder.name, child.name),
        relative: below(folder.relative, child.name),
      };
      if (!this.isExcluded(found.relative, child.isDirectory())) {
        checkName(found.name, found.path);
        await this.#addChild(found, child);
      }
    }
  }

  async #addChild(found: Found, child: Dirent): Promise<void> {
    if (child.isDirectory()) {
      this.entries.push({ kind: 'folder', name: found.name });
      this.#folders.push(found);
    } else if (child.isFile()) {
      this.#files.push(found);
    } else if (child.isSymbolicLink() && this.links === 'keep') {
      this.entries.push({ kind: 'link', name: found.name, target: await targetOf(found.path) });
    } else {
      this.leftOut.push(found.path);
    }
  }

  #addFile({ path: file, name }: Found, stats: Stats): void {
    this.entries.push({
      kind: 'file',
      name,
      path: file,
      size: stats.size,
      mtimeMs: stats.mtimeMs,
      // Windows keeps no such bit; what Node makes up there would differ from the same tree elsewhere.
      isExecutable: process.platform !== 'win32' && (stats.mode & 0o100) !== 0,
    });
  }
}

async function targetOf(link: string): Promise<string> {
  try {
    const target = await readlink(link);
    return path.sep === '\\' ? target.replaceAll('\\', '/') : target;
  } catch (error) {
    throw listedReadFault(error, link);
  }
}

function below(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** A backslash or a drive letter in a name would lead an unpacking Windows astray, so it is not packed. */
function checkName(name: string, file: string): void {
  if (name.includes('\\') || /^[a-zA-Z]:/.test(name)) {
    throw new CodedError('source.badName', { subject: file });
  }
}

/** @throws CodedError `source.nameClash` for two things with one name, which chosen things from two disks can have. */
function sorted(entries: readonly TreeEntry[]): readonly TreeEntry[] {
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

/** The name as it stands in the ZIP: a folder's ends with a slash. */
export function entryName(entry: TreeEntry): string {
  return entry.kind === 'folder' ? `${entry.name}/` : entry.name;
}
