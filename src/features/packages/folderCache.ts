import type { Disposable } from '../../core/util/disposable';
import { folderOf, type Entry, type Page } from '../../common/objects/entries';
import type { ListRequest } from '../../common/objects/listPage';

/** So many entries come at a time; when a folder is listed anew, as many as OSS gives. */
const pageSize = 200;
const largestPage = 1000;
/** After so many pages in a row without an entry, the person decides with "Load More". */
const maxEmptyPages = 20;

export type ListFolder = (request: ListRequest, signal: AbortSignal) => Promise<Page>;

/** What is known of a folder. */
export interface Listing {
  readonly entries: readonly Entry[];
  readonly hasMore: boolean;
  /** Why it could not be listed, or not anew; the entries are those of the last time. */
  readonly error?: unknown;
}

class Folder {
  entries: readonly Entry[] = [];
  nextToken: string | undefined;
  error: unknown;
  /** Grows when what is known gets out of date. */
  version = 1;
  /** The version that the server has told, or refused to tell. */
  loadedVersion = 0;
  reading: Promise<void> | undefined;
}

/**
 * The folders that somebody has opened, each as far as somebody has looked. Nothing is listed before it is asked for,
 * and what was listed is kept until it is said to be out of date.
 */
export class FolderCache implements Disposable {
  readonly #folders = new Map<string, Folder>();
  #leaving = new AbortController();
  #filter = '';

  constructor(private readonly list: ListFolder) {}

  /** How the names of the package prefix must begin to be listed; '' for all. Folders below it are listed whole. */
  get filter(): string {
    return this.#filter;
  }

  set filter(filter: string) {
    this.#filter = filter;
    this.outdate('');
    // With another filter, what was paged through is no measure any more.
    const root = this.#folders.get('');
    if (root !== undefined) {
      root.entries = [];
    }
  }

  /** What is known; undefined when nobody has opened it. */
  known(path: string): Listing | undefined {
    const folder = this.#folders.get(path);
    return folder && listingOf(folder);
  }

  /** Lists it, unless it is known. A failure is part of the answer. Rejects with an `AbortError` after `clear`. */
  async open(path: string): Promise<Listing> {
    const folder = this.#get(path);
    while (folder.loadedVersion !== folder.version) {
      await this.#read(folder, () => this.#first(path, folder));
    }
    return listingOf(folder);
  }

  /** Adds one page. Throws what goes wrong; the rest stays as it is. */
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

  /** It will be listed anew when it is opened next. */
  outdate(path: string): void {
    const folder = this.#folders.get(path);
    if (folder !== undefined) {
      folder.version++;
    }
  }

  outdateAll(): void {
    for (const path of this.#folders.keys()) {
      this.outdate(path);
    }
  }

  /** The same for those that could not be listed. @returns whether there were any */
  outdateFailed(): boolean {
    const failed = [...this.#folders.values()].filter(({ error }) => error !== undefined);
    for (const folder of failed) {
      folder.version++;
    }
    return failed.length > 0;
  }

  /**
   * Something stands at a path that was not there before, or is another one now.
   * @returns the opened folders that show it, or must show a way to it; they will be listed anew
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
   * What stood at a path is gone.
   * @returns the opened folders that have shown it, or a way to it that ends nowhere now; they will be listed anew
   */
  removed(path: string): readonly string[] {
    const touched: string[] = this.#filteredRoot();
    const own = this.#folders.get(path);
    if (own !== undefined) {
      // An object of just the folder's path is shown in it.
      own.entries = own.entries.filter((entry) => entry.path !== path);
      touched.push(path);
    }
    let child = path;
    let folder: Folder | undefined;
    do {
      const at = folderOf(child);
      const removed = child;
      folder = this.#folders.get(at);
      if (folder !== undefined) {
        folder.entries = folder.entries.filter((entry) => entry.path !== removed);
        touched.push(at);
      }
      child = at;
    } while (child !== '' && folder?.entries.length === 0);
    return this.#outdated(touched);
  }

  /** Aborts the requests under way; what is known stays. @returns whether there were any */
  cancel(): boolean {
    const isReading = [...this.#folders.values()].some(({ reading }) => reading !== undefined);
    this.#leaving.abort();
    this.#leaving = new AbortController();
    return isReading;
  }

  /** Forgets all, as for another account. Requests under way are aborted. */
  clear(): void {
    this.cancel();
    this.#folders.clear();
    this.#filter = '';
  }

  dispose(): void {
    this.clear();
  }

  /** A filter with slashes brings up what stands in deeper folders. */
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

  /** One at a time; who comes meanwhile waits for the same. */
  async #read(folder: Folder, read: () => Promise<void>): Promise<void> {
    folder.reading ??= read().finally(() => {
      folder.reading = undefined;
    });
    await folder.reading;
  }

  /** Lists from the beginning, as far as it was listed before. A failure is kept, and so is that somebody has cancelled what was waited for. */
  async #first(path: string, folder: Folder): Promise<void> {
    const { version, entries } = folder;
    const { signal } = this.#leaving;
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
    const request = { folder: path, filter, count, ...(token !== undefined && { token }) };
    return this.list(request, this.#leaving.signal);
  }
}

function listingOf({ entries, nextToken, error }: Folder): Listing {
  return {
    entries,
    hasMore: nextToken !== undefined,
    ...(error !== undefined && { error }),
  };
}
