import type { Credential, Network } from '../../core/alibaba/edas/credential';
import type { PackageLocation } from '../../core/credential/packageLocation';
import { Emitter, type Event } from '../../core/util/emitter';
import { isAbort } from '../../core/errors/catalogue';
import type { Disposable } from '../../core/util/disposable';
import type { Log } from '../../core/util/log';
import type { CredentialSession, CredentialState } from '../../core/credential/session';
import type { CurrentAccount } from '../../common/account';
import { DisposableStore } from '../../common/vscode/disposables';
import type { Lazy } from '../../common/vscode/lazy';
import type { TransferServices } from '../../common/transferServices';
import type { Entry } from '../../common/objects/entries';
import { FolderCache, type Listing } from './folderCache';
import type { PackageStorage } from './storage';
import { RecentUploads } from './recentUploads';

export interface PackagesParts {
  readonly accounts: CurrentAccount;
  readonly session: CredentialSession;
  readonly tools: Lazy<TransferServices>;
  readonly log: Log;
  readonly network: () => Network;
  /** Folder for the records of downloads. */
  readonly downloadsFolder: string;
  /** Whether a credential may be fetched because somebody looks. */
  readonly fetchesOnShow: () => boolean;
}

/** What is known of the package prefix of the account that is signed in. Asks for nothing until somebody looks. */
export class PackagesModel implements Disposable {
  readonly #ends = new DisposableStore();
  readonly #changed = this.#ends.add(new Emitter<string>());
  readonly #folders: FolderCache;
  #prefix: Promise<PackageStorage> | undefined;
  /** Where the folders are. */
  #place: PackageLocation | undefined;
  /** False after the credential was forgotten without anybody having looked since: a setting may be half typed. */
  #mayFetch = true;
  /** A listing was aborted because the view was hidden. */
  #isInterrupted = false;

  /** Names a folder whose rows are to be drawn anew; '' for all of them. */
  readonly onDidChange: Event<string> = this.#changed.event;

  constructor(private readonly parts: PackagesParts) {
    const { accounts, session, tools } = parts;
    const list: ConstructorParameters<typeof FolderCache>[0] = async (request, signal) =>
      (await this.prefix()).list(request, signal);
    this.#folders = this.#ends.add(new FolderCache(list));
    this.#ends.add(accounts.onDidChange(() => this.#accountChanged()));
    this.#ends.add(session.onDidChange((state) => this.#follow(state)));
    this.#ends.add(new RecentUploads(tools, (keys) => this.#came(keys)));
  }

  get filter(): string {
    return this.#folders.filter;
  }

  set filter(filter: string) {
    this.#folders.filter = filter;
    this.#changed.fire('');
  }

  /** What reads and deletes objects. Loads what moves bytes at its first use. */
  prefix(): Promise<PackageStorage> {
    this.#prefix ??= this.#make().catch((error: unknown) => {
      this.#prefix = undefined;
      throw error;
    });
    return this.#prefix;
  }

  /**
   * What stands in a folder, listed when it is not known. 'signedOut' and 'notFetched' when nothing may be asked;
   * undefined when the answer is not wanted any more.
   */
  async look(folder: string): Promise<Listing | 'notFetched' | 'signedOut' | undefined> {
    const { accounts, session, fetchesOnShow } = this.parts;
    if (accounts.current === undefined) {
      return 'signedOut';
    }
    if (session.state.kind === 'none' && !(this.#mayFetch && fetchesOnShow())) {
      return 'notFetched';
    }
    try {
      return await this.#folders.open(folder);
    } catch (error) {
      if (isAbort(error)) {
        // Cancelled by Refresh or because the view was hidden: what was shown stays until it is listed again.
        const known = this.#folders.known(folder);
        return known !== undefined && known.entries.length > 0 ? known : undefined;
      }
      throw error;
    }
  }

  /** The view has come into sight. */
  shown(): void {
    if (!this.#mayFetch || this.#isInterrupted) {
      this.#mayFetch = true;
      this.#isInterrupted = false;
      this.#changed.fire('');
    }
  }

  /** The view is out of sight: nobody waits for its listings, which may be long. */
  hidden(): void {
    this.#isInterrupted = this.#folders.cancel() || this.#isInterrupted;
  }

  /** Lists all that is shown anew. */
  refresh(): void {
    this.#mayFetch = true;
    this.#folders.cancel();
    this.#folders.outdateAll();
    this.#changed.fire('');
  }

  /** @returns the first of the entries that have come; undefined when there were no more */
  async loadMore(folder: string): Promise<Entry | undefined> {
    const before = this.#folders.known(folder)?.entries.length ?? 0;
    await this.#folders.more(folder);
    this.#changed.fire(folder);
    return this.#folders.known(folder)?.entries[before];
  }

  /** An object was deleted; its path is below the prefix. */
  removed(path: string): void {
    this.#folders.removed(path).forEach((folder) => this.#changed.fire(folder));
  }

  /** Cancels the downloads. Resolves when what they had written is removed. */
  async stop(): Promise<void> {
    const storage = await this.#prefix?.catch(() => undefined);
    await storage?.downloader.stop();
  }

  dispose(): void {
    this.#ends.dispose();
  }

  async #make(): Promise<PackageStorage> {
    const { session, network, log, tools, downloadsFolder } = this.parts;
    const [{ PackageStorage: Made }, { oss }] = await Promise.all([
      import('./storage'),
      tools.get(),
    ]);
    return new Made({ session, oss, network, log, downloadsFolder });
  }

  #follow(state: CredentialState): void {
    if (state.kind === 'none') {
      this.#mayFetch = false;
      this.#clear();
    } else if (state.kind === 'held') {
      this.#arrived(state.credential);
    }
  }

  /** Another account resets the session, which forgets the folders. One that is only called otherwise keeps them. */
  #accountChanged(): void {
    this.#mayFetch = true;
    this.#folders.outdateFailed();
    this.#changed.fire('');
  }

  #arrived(credential: Credential): void {
    const { bucket, keyPrefix } = credential;
    const before = this.#place ?? credential;
    if (before.bucket !== bucket || before.keyPrefix !== keyPrefix) {
      this.#clear();
    }
    this.#place = { bucket, keyPrefix };
    const nobodyLooked = this.#folders.known('') === undefined;
    if (this.#folders.outdateFailed() || nobodyLooked) {
      this.#changed.fire('');
    }
  }

  #came(keys: readonly string[]): void {
    const root = `${this.#place?.keyPrefix ?? ''}/`;
    const folders = keys
      .filter((key) => key.startsWith(root))
      .flatMap((key) => this.#folders.added(key.slice(root.length)));
    new Set(folders).forEach((folder) => this.#changed.fire(folder));
  }

  #clear(): void {
    this.#place = undefined;
    this.#folders.clear();
    this.#changed.fire('');
  }
}
