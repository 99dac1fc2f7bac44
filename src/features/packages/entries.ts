import type { PackageLocation } from '../../core/credential/packageLocation';
import type { ListResponse, ListedObject } from '../../core/oss/client';

/** What stands below a folder of the package prefix. */
export type Entry = FolderEntry | ObjectEntry;

export interface FolderEntry {
  readonly kind: 'folder';
  /** Below the package prefix, with a slash at its end: `apps/orders/`. That of the package prefix itself is ''. */
  readonly path: string;
}

export interface ObjectEntry extends ListedObject {
  readonly kind: 'object';
  /** Its key below the package prefix: `apps/orders/app.jar`. */
  readonly path: string;
  /** Where it was seen. */
  readonly location: PackageLocation;
}

/** One answer of a listing. */
export interface Page {
  readonly entries: readonly Entry[];
  /** There is more, and this leads to it. */
  readonly nextToken?: string;
}

/**
 * The entries of an answer, in the order of their names, which is that of the server.
 *
 * @param location what was listed
 * @param folder the path that was listed; an object of just that key is the folder's own mark, and no entry
 */
export function pageOf(answer: ListResponse, location: PackageLocation, folder: string): Page {
  const root = `${location.keyPrefix}/`;
  const below = (name: string): boolean => name.startsWith(root + folder) && name !== root + folder;
  const entries: Entry[] = [
    ...answer.prefixes
      .filter(below)
      .map((prefix) => ({ kind: 'folder' as const, path: prefix.slice(root.length) })),
    ...answer.objects
      .filter(({ key }) => below(key))
      .map((object) => ({
        kind: 'object' as const,
        path: object.key.slice(root.length),
        location,
        ...object,
      })),
  ];
  entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    entries,
    ...(answer.nextToken !== undefined && { nextToken: answer.nextToken }),
  };
}

/** The folder in which something stands: of `apps/orders/app.jar` and of `apps/orders/` it is `apps/orders/`, `apps/`. */
export function folderOf(path: string): string {
  const name = path.endsWith('/') ? path.slice(0, -1) : path;
  return name.slice(0, name.lastIndexOf('/') + 1);
}
