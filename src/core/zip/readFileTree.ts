import { CodedError } from '../errors/catalogue';
import { DirectoryWalker, type DirectoryWalkerOptions } from './directoryWalker';
import { createExcludeFilter } from './excludes';
import { entryName, type FileTree, type FileTreeEntry } from './fileTree';
import { nameSelectedItems } from './selectedItems';

interface FileTreeOptions extends DirectoryWalkerOptions {
  /** Patterns as in a `.gitignore`; they hold for what is in a selected folder, not for what was selected itself. */
  readonly excludes: readonly string[];
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
