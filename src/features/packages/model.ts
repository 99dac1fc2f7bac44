import type { Credential, Network } from '../../core/alibaba/edas/credential';
import type { PackageLocation } from '../../core/credential/packageLocation';
import { Emitter, type Event } from '../../core/util/emitter';
import { isAbort } from '../../core/errors/catalogue';
import type { Disposable } from '../../core/util/disposable';
import type { CredentialState } from '../../core/credential/session';
import type { CurrentAccount } from '../../common/account';
import { choiceSetting, networkOf } from '../../common/settings/settings';
import type { Uses } from '../../common/featureServices';
import { onUploaded } from '../../common/upload/uploadedEvents';
import { DisposableStore } from '../../common/vscode/disposables';
import { Lazy } from '../../common/vscode/lazy';
import type { Entry } from '../../common/objects/entries';
import { FolderCache, type Listing } from './folderCache';
import type { PackageStorage } from './storage';

export interface PackagesModelDeps extends Uses<
  'downloadsFolder' | 'log' | 'session' | 'transferServices'
> {
  readonly accounts: CurrentAccount;
}

/** Uploads that end within this time are shown together, ms. */
const gatherMs = 300;

/** The listed folders of the current account's package prefix. Sends no request until the view is shown. */
export class PackagesModel implements Disposable {
  readonly #disposables = new DisposableStore();
  readonly #changed = this.#disposables.add(new Emitter<string>());
  readonly #folders: FolderCache;
  readonly #storage: Lazy<PackageStorage>;
  /** The bucket and prefix of the listed folders. */
  #location: PackageLocation | undefined;
  /** False from a reset of the credential until the view is shown again: a setting may be half typed. */
  #mayFetch = true;
  /** Keys of uploads that are not shown yet. */
  readonly #uploadedKeys: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** A listing was aborted because the view was hidden. */
  #isInterrupted = false;

  /** The folder whose rows have changed; '' for all. */
  readonly onDidChange: Event<string> = this.#changed.event;

  constructor(private readonly deps: PackagesModelDeps) {
    const { accounts, session, transferServices } = deps;
    this.#storage = this.#disposables.add(
      new Lazy(async () => {
        const [storage, { oss }] = await Promise.all([import('./storage'), transferServices.get()]);
        const network = (): Network => networkOf(accounts.current);
        return new storage.PackageStorage({ ...deps, oss, network });
      }),
    );
    this.#folders = this.#disposables.add(
      new FolderCache(async (request, signal) => (await this.storage()).list(request, signal)),
    );
    this.#disposables.addAll(
      accounts.onDidChange(() => this.#accountChanged()),
      session.onDidChange((state) => this.#onCredentialState(state)),
      { dispose: () => clearTimeout(this.#timer) },
      transferServices.onDidCreate(({ manager }) => {
        const states = ['running', 'otherWindow'] as const;
        this.#disposables.add(onUploaded(manager, ({ key }) => this.#uploaded(key), states));
      }),
    );
  }

  get filter(): string {
    return this.#folders.filter;
  }

  set filter(filter: string) {
    this.#folders.filter = filter;
    this.#changed.fire('');
  }

  /** Loads the transfer services at its first use. */
  storage(): Promise<PackageStorage> {
    return this.#storage.get();
  }

  /**
   * The contents of a folder, from OSS unless they are known. 'signedOut' and 'notFetched' when no request may be sent;
   * undefined when the listing was cancelled.
   */
  async list(folder: string): Promise<Listing | 'notFetched' | 'signedOut' | undefined> {
    const { accounts, session } = this.deps;
    if (accounts.current === undefined) {
      return 'signedOut';
    }
    if (session.state.kind === 'none' && !(this.#mayFetch && choiceSetting('fetchOnShow'))) {
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

  /** The view became visible. */
  shown(): void {
    if (!this.#mayFetch || this.#isInterrupted) {
      this.#mayFetch = true;
      this.#isInterrupted = false;
      this.#changed.fire('');
    }
  }

  /** The view was hidden: nobody waits for its listings, which may take long. */
  hidden(): void {
    this.#isInterrupted = this.#folders.cancel() || this.#isInterrupted;
  }

  /** Lists the shown folders again. */
  refresh(): void {
    this.#mayFetch = true;
    this.#folders.cancel();
    this.#folders.outdateAll();
    this.#changed.fire('');
  }

  /** @returns the first new entry; undefined when there were no more */
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

  /** Cancels the downloads. Resolves when their temporary files are removed. */
  async stop(): Promise<void> {
    await (await this.#storage.made())?.downloader.stop();
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #onCredentialState(state: CredentialState): void {
    if (state.kind === 'none') {
      this.#mayFetch = false;
      this.#clear();
    } else if (state.kind === 'held') {
      this.#credentialFetched(state.credential);
    }
  }

  /** Another account also resets the session, which clears the folders; a renamed account keeps them. */
  #accountChanged(): void {
    this.#mayFetch = true;
    this.#folders.outdateFailed();
    this.#changed.fire('');
  }

  #credentialFetched(credential: Credential): void {
    const { bucket, keyPrefix } = credential;
    const before = this.#location ?? credential;
    if (before.bucket !== bucket || before.keyPrefix !== keyPrefix) {
      this.#clear();
    }
    this.#location = { bucket, keyPrefix };
    const isNothingListed = this.#folders.known('') === undefined;
    if (this.#folders.outdateFailed() || isNothingListed) {
      this.#changed.fire('');
    }
  }

  #uploaded(key: string): void {
    this.#uploadedKeys.push(key);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#added(this.#uploadedKeys.splice(0));
    }, gatherMs);
  }

  #added(keys: readonly string[]): void {
    const root = `${this.#location?.keyPrefix ?? ''}/`;
    const folders = keys
      .filter((key) => key.startsWith(root))
      .flatMap((key) => this.#folders.added(key.slice(root.length)));
    new Set(folders).forEach((folder) => this.#changed.fire(folder));
  }

  #clear(): void {
    this.#location = undefined;
    this.#folders.clear();
    this.#changed.fire('');
  }
}
