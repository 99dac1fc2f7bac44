import path, { type PlatformPath } from 'node:path';

/** An item that the person selected to pack, and its name in the package. */
export interface SelectedItem {
  /** Absolute. */
  readonly path: string;
  /** Relative, with `/` between names, in the package. */
  readonly name: string;
}

/**
 * Names the selected items: each by its path relative to the innermost folder that contains all of them. Items that share
 * only the root of a disk, or not even a disk, get their bare names. An item inside another selected folder is packed with
 * that folder.
 *
 * @param systemPath the path rules of the system; a parameter so that tests can use those of Windows
 */
export function nameSelectedItems(
  paths: readonly string[],
  systemPath: PlatformPath = path,
): readonly SelectedItem[] {
  const isInside = (inner: string, outer: string): boolean => {
    const relative = systemPath.relative(outer, inner);
    return !systemPath.isAbsolute(relative) && relative.split(systemPath.sep)[0] !== '..';
  };
  const all = paths.map((each) => systemPath.resolve(each));
  // Several paths may name the same item, also in different case: the first one counts.
  const outermost = all.filter(
    (each, index) =>
      !all.some(
        (other, at) =>
          at !== index && isInside(each, other) && (at < index || !isInside(other, each)),
      ),
  );
  const parentOf = (each: string): string => systemPath.dirname(each);
  let common = parentOf(outermost[0] ?? '');
  while (common !== parentOf(common) && !outermost.every((each) => isInside(each, common))) {
    common = parentOf(common);
  }
  const isRoot = common === parentOf(common);
  return outermost.map((each) => ({
    path: each,
    name: isRoot
      ? systemPath.basename(each)
      : systemPath.relative(common, each).split(systemPath.sep).join('/'),
  }));
}
