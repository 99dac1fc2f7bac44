import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import path from 'node:path';
import { CodedError } from '../errors/catalogue';
import { toChangedError, toReadError } from '../errors/fileErrors';
import type { Excluder } from './excludes';
import { inLanes } from './lanes';
import type { Root } from './roots';
import { isSpoolName } from './spoolFiles';
import type { TreeEntry } from './tree';

/** The system calls that are under way at once. More gains nothing: libuv has four threads for them. */
const lanes = 8;

/** A folder or file on the way, with its path relative to the chosen folder that it lies in. */
interface Found {
  readonly path: string;
  readonly name: string;
  readonly relative: string;
}

/** One walk through what was chosen. */
export class Walk {
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
      throw toReadError(error, root.path);
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
        const stats = await lstat(file.path);
        if (!stats.isFile()) {
          throw new CodedError('source.changed', { subject: file.path });
        }
        this.#addFile(file, stats);
      } catch (error) {
        throw toChangedError(error, file.path);
      }
    });
  }

  async #list(folder: Found): Promise<void> {
    this.signal?.throwIfAborted();
    const children = await readdir(folder.path, { withFileTypes: true }).catch((error: unknown) => {
      throw toReadError(error, folder.path);
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
    throw toChangedError(error, link);
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
