import { CodedError } from '../errors/catalogue';
import { excluderOf } from './excludes';
import { nameRoots } from './roots';
import { Walk } from './walk';

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
  const { entries, leftOut } = walk;
  if (entries.length === 0) {
    throw new CodedError('source.empty', { subject: paths[0] ?? '' });
  }
  const sizes = entries.map((entry) => (entry.kind === 'file' ? entry.size : 0));
  return {
    entries: sorted(entries),
    contentBytes: sizes.reduce((sum, size) => sum + size, 0),
    leftOut: leftOut.sort(),
  };
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
