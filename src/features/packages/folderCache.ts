import type { Disposable } from '../../core/util/disposable';
import { folderOf, type Entry, type Page } from '../../common/objects/entries';
import type { ListRequest } from '../../common/objects/listPage';

/** Entries per request. */
const pageSize = 200;
/** Entries per request when a folder is listed again; OSS returns no more. */
const largestPage = 1000;
/** After this many pages in a row without an entry, the person decides with “Load More”. */
const maxEmptyPages = 20;

export type ListFolder = (request: ListRequest, signal: AbortSignal) => Promise<Page>;

/** The known contents of a folder. */
export interface Listing {
  readonly entries: readonly Entry[];
  readonly hasMore: boolean;
  /** Why the last listing failed; the entries are those of the one before. */
  readonly error?: unknown;
}

class Folder {
  entries: readonly Entry[] = [];
  nextToken: string | undefined;
  error: unknown;
  /** Incremented when the known contents become outdated. */
  version = 1;
  /** The version that was listed last, whether or not that succeeded. */
  loadedVersion = 0;
  reading: Promise<void> | undefined;
}

/**
 * The opened folders, each with the pages that were loaded. Nothing is listed before it is opened, and a listing stays
 * valid until it is outdated.
 */
export class FolderCache implements Disposable {
  readonly #folders = new Map<string, Folder>();
  #listing = new AbortController();
  #filter = '';

  constructor(private readonly list: ListFolder) {}

  /** Beginning of the names directly under the package prefix; '' for all. Not applied in the folders below. */
  get filter(): string {
    return this.#filter;
  }

  set filter(filter: string) {
    this.#filter = filter;
    this.outdate('');
    // Another filter begins with one page again.
    const root = this.#folders.get('');
    if (root !== undefined) {
      root.entries = [];
    }
  }

  /** Undefined when the folder was not opened. */
  known(path: string): Listing | undefined {
    const folder = this.#folders.get(path);
    return folder && listingOf(folder);
  }

  /** Lists a folder unless it is known. A failure is part of the listing. @throws AbortError after `cancel` and `clear` */
  async open(path: string): Promise<Listing> {
    const folder = this.#get(path);
    while (folder.loadedVersion !== folder.version) {
      await this.#read(folder, () => this.#first(path, folder));
    }
    return listingOf(folder);
  }

  /** Adds one page. @throws what the request throws; the listing stays as it was */
  async more(path: string): Promise<void> {
    const folder = this.#get(path);
    await folder.reading;
    const { nextToken: token } = folder;
    if (token !== undefined) {
      await this.#read(folder, async () => {
        const page = await this.#page(path, pageSize, token);
        folder.entries = [...folder.entries, ...page.entries];
        folder.nextToken = page.nextToken;
      });
    }
  }

  /** The folder will be listed again when it is opened next. */
  outdate(path: string): void {
    const folder = this.#folders.get(path);
    outdate(folder === undefined ? [] : [folder]);
  }

  outdateAll(): void {
    outdate([...this.#folders.values()]);
  }

  /** Outdates the folders whose listing failed. @returns whether there were any */
  outdateFailed(): boolean {
    const failed = [...this.#folders.values()].filter(({ error }) => error !== undefined);
    outdate(failed);
    return failed.length > 0;
  }

  /**
   * An object was added or replaced.
   * @returns the opened folders that must show it or a folder that leads to it; they will be listed again
   */
  added(path: string): readonly string[] {
    let [at, child] = [folderOf(path), path];
    while (!this.#folders.has(at) && at !== '') {
      [at, child] = [folderOf(at), at];
    }
    const leadsThere = child !== path && this.#shows(at, child);
    return this.#outdated([...(leadsThere ? [] : [at]), ...this.#filteredRoot()]);
  }

  /**
   * An object or folder was deleted.
   * @returns the opened folders that showed it, or a folder that is empty without it; they will be listed again
   */
  removed(path: string): readonly string[] {
    const touched: string[] = this.#filteredRoot();
    const own = this.#folders.get(path);
    if (own !== undefined) {
      // An object whose key is the folder's path is shown inside the folder.
      remove(own, path);
      touched.push(path);
    }
    let removed = path;
    let folder: Folder | undefined;
    do {
      const parent = folderOf(removed);
      folder = this.#folders.get(parent);
      if (folder !== undefined) {
        remove(folder, removed);
        touched.push(parent);
      }
      removed = parent;
    } while (removed !== '' && folder?.entries.length === 0);
    return this.#outdated(touched);
  }

  /** Aborts the running requests; the known contents stay. @returns whether there were any */
  cancel(): boolean {
    const isReading = [...this.#folders.values()].some(({ reading }) => reading !== undefined);
    this.#listing.abort();
    this.#listing = new AbortController();
    return isReading;
  }

  /** Closes all folders, as for another account, and aborts the running requests. */
  clear(): void {
    this.cancel();
    this.#folders.clear();
    this.#filter = '';
  }

  dispose(): void {
    this.clear();
  }

  /** A filter with slashes also shows objects of deeper folders. */
  #filteredRoot(): string[] {
    return this.#filter.includes('/') ? [''] : [];
  }

  #shows(folder: string, path: string): boolean {
    return this.#folders.get(folder)?.entries.some((entry) => entry.path === path) ?? false;
  }

  #outdated(paths: readonly string[]): readonly string[] {
    const opened = [...new Set(paths)].filter((path) => this.#folders.has(path));
    opened.forEach((path) => this.outdate(path));
    return opened;
  }

  #get(path: string): Folder {
    const folder = this.#folders.get(path) ?? new Folder();
    this.#folders.set(path, folder);
    return folder;
  }

  /** One request at a time for a folder; further callers wait for the same. */
  async #read(folder: Folder, read: () => Promise<void>): Promise<void> {
    folder.reading ??= read().finally(() => {
      folder.reading = undefined;
    });
    await folder.reading;
  }

  /** Lists from the beginning as many entries as before. A failure is saved in the folder, unless it was a cancellation. */
  async #first(path: string, folder: Folder): Promise<void> {
    const { version, entries } = folder;
    const { signal } = this.#listing;
    const wanted = Math.max(1, Math.ceil(entries.length / pageSize)) * pageSize;
    try {
      let page = await this.#page(path, Math.min(wanted, largestPage));
      const listed = [...page.entries];
      const tokens = new Set<string>();
      let emptyPages = listed.length === 0 ? 1 : 0;
      while (
        page.nextToken !== undefined &&
        !tokens.has(page.nextToken) &&
        listed.length < wanted &&
        emptyPages < maxEmptyPages
      ) {
        tokens.add(page.nextToken);
        const count = Math.min(wanted - listed.length, largestPage);
        page = await this.#page(path, count, page.nextToken);
        listed.push(...page.entries);
        emptyPages = page.entries.length === 0 ? emptyPages + 1 : 0;
      }
      folder.entries = listed;
      folder.nextToken = page.nextToken;
      folder.error = undefined;
    } catch (error) {
      if (signal.aborted) {
        throw error;
      }
      folder.error = error;
    }
    folder.loadedVersion = version;
  }

  #page(path: string, count: number, token?: string): Promise<Page> {
    const filter = path === '' ? this.#filter : '';
    const request = { folder: path, filter, count, token };
    return this.list(request, this.#listing.signal);
  }
}

function outdate(folders: readonly Folder[]): void {
  folders.forEach((folder) => folder.version++);
}

function remove(folder: Folder, path: string): void {
  folder.entries = folder.entries.filter((entry) => entry.path !== path);
}

function listingOf({ entries, nextToken, error }: Folder): Listing {
  return { entries, hasMore: nextToken !== undefined, error };
}
