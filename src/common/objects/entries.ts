import type { PackageLocation } from '../../core/credential/packageLocation';
import type { ListResponse, ListedObject } from '../../core/oss/client';

/** What stands below a folder of the package prefix. */
export type Entry = FolderEntry | ObjectEntry;

export interface FolderEntry {
  readonly kind: 'folder';
  /** Below the package prefix, with a slash at its end: `apps/orders/`. That of the package prefix itself is ''. */
  readonly path: string;
  /** Key of the marker object that an empty folder consists of; a folder with contents may have none. */
  readonly key: string;
  /** Where it was seen. */
  readonly location: PackageLocation;
}

export interface ObjectEntry extends ListedObject {
  readonly kind: 'object';
  /** Its key below the package prefix: `apps/orders/app.jar`. With a slash at its end it is in the folder of that path. */
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
 * @param folder the path that was listed
 */
export function pageOf(answer: ListResponse, location: PackageLocation, folder: string): Page {
  const root = `${location.keyPrefix}/`;
  const isInFolder = (key: string): boolean => key.startsWith(root + folder);
  const entries: Entry[] = [
    ...answer.prefixes
      .filter((key) => isInFolder(key) && key !== root + folder)
      .map((key) => ({ kind: 'folder' as const, path: key.slice(root.length), key, location })),
    ...answer.objects
      .filter((object) => isInFolder(object.key) && !isFolderMarker(object))
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

/** True for the empty object by which the OSS console and others make a folder that has no contents. */
export function isFolderMarker({ key, size }: Pick<ListedObject, 'key' | 'size'>): boolean {
  return key.endsWith('/') && size === 0;
}

/** The folder that is meant by an entry: itself, or the one that the object is in. */
export function targetFolderOf({ path }: Entry): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** The folder in which something stands: of `apps/orders/app.jar` and of `apps/orders/` it is `apps/orders/`, `apps/`. */
export function folderOf(path: string): string {
  const name = path.endsWith('/') ? path.slice(0, -1) : path;
  return name.slice(0, name.lastIndexOf('/') + 1);
}
