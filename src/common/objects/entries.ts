import type { PackageLocation } from '../../core/credential/packageLocation';
import type { ListResponse, ListedObject } from '../../core/oss/client';

/** A folder or an object in a folder of the package prefix. */
export type Entry = FolderEntry | ObjectEntry;

export interface FolderEntry {
  readonly kind: 'folder';
  /** Below the package prefix, with a slash at its end: `apps/orders/`. That of the package prefix itself is ''. */
  readonly path: string;
  /** Key of the marker object that an empty folder consists of; a folder with contents may have none. */
  readonly key: string;
  /** Where it was listed. */
  readonly location: PackageLocation;
}

export interface ObjectEntry extends ListedObject {
  readonly kind: 'object';
  /** Its key below the package prefix: `apps/orders/app.jar`. With a slash at its end it is in the folder of that path. */
  readonly path: string;
  /** Where it was listed. */
  readonly location: PackageLocation;
}

/** One response of a listing. */
export interface Page {
  readonly entries: readonly Entry[];
  /** Requests the next page; absent after the last one. */
  readonly nextToken?: string;
}

/**
 * The entries of a response, ordered by name, as the server orders them.
 *
 * @param location what was listed
 * @param folder the path that was listed
 */
export function pageOf(response: ListResponse, location: PackageLocation, folder: string): Page {
  const root = `${location.keyPrefix}/`;
  const isInFolder = (key: string): boolean => key.startsWith(root + folder);
  const entries: Entry[] = [
    ...response.prefixes
      .filter((key) => isInFolder(key) && key !== root + folder)
      .map((key) => ({ kind: 'folder' as const, path: key.slice(root.length), key, location })),
    ...response.objects
      .filter((object) => isInFolder(object.key) && !isFolderMarker(object))
      .map((object) => ({
        kind: 'object' as const,
        path: object.key.slice(root.length),
        location,
        ...object,
      })),
  ];
  entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { entries, nextToken: response.nextToken };
}

/** True for the empty object with which the OSS console and others create an empty folder. */
export function isFolderMarker({ key, size }: Pick<ListedObject, 'key' | 'size'>): boolean {
  return key.endsWith('/') && size === 0;
}

/** The folder for uploads to an entry: the folder itself, or the one that contains the object. */
export function targetFolderOf({ path }: Entry): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** The parent folder: `apps/orders/` of `apps/orders/app.jar`, `apps/` of `apps/orders/`. */
export function folderOf(path: string): string {
  const name = path.endsWith('/') ? path.slice(0, -1) : path;
  return name.slice(0, name.lastIndexOf('/') + 1);
}
