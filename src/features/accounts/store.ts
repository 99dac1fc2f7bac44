import type { Memento, SecretStorage } from 'vscode';
import type { AccessKeys } from '../../core/alibaba/edas/credential';
import type { Disposable } from '../../core/util/disposable';
import { Emitter } from '../../core/util/emitter';
import { CodedError } from '../../core/errors/catalogue';
import type { Account, CurrentAccount } from '../../common/account';
import {
  parseAccount,
  parseKeys,
  parseAccounts,
  serializeAccounts,
  serializeSecret,
  type AccountList,
} from './accountCodec';

const accountsStateKey = 'edasPackages.accounts';
const currentAccountStateKey = 'edasPackages.account';
const secretPrefix = 'edasPackages.account.';

/** The selection of a window in which the person signed out although accounts exist. */
const noAccount = '';

type Secrets = Pick<SecretStorage, 'get' | 'store' | 'delete' | 'onDidChange'>;
type State = Pick<Memento, 'get' | 'update'>;

export interface AccountStates {
  /** Shared by all windows. */
  readonly global: State;
  /** State of this workspace; absent when none is open. */
  readonly workspace?: State;
}

/**
 * The accounts and the current account of this window. Keys are in SecretStorage only, one JSON text per account, and are
 * read at each use; the other fields are also in the extension's state, so that activation needs no keyring. Changes of
 * other windows arrive through SecretStorage's event, because the state has none.
 */
export class AccountStore implements CurrentAccount, Disposable {
  readonly #changed = new Emitter<Account | undefined>();
  readonly onDidChange = this.#changed.event;
  readonly #subscription: Disposable;
  /** Accounts for this session only, with their keys. */
  readonly #sessionOnly = new Map<string, { account: Account; keys: AccessKeys | undefined }>();
  #list: AccountList;
  /** Id of the account selected in this workspace, `noAccount`, or undefined for `#inherited`. */
  #choice: string | undefined;
  /**
   * Id of the account that this window got by default; undefined for the default account. In memory only, so that a new
   * default changes windows that start later, but not this one.
   */
  #inherited: string | undefined;

  constructor(
    private readonly secrets: Secrets,
    private readonly states: AccountStates,
  ) {
    this.#list = parseAccounts(states.global.get<unknown>(accountsStateKey));
    const choice = states.workspace?.get<unknown>(currentAccountStateKey);
    this.#choice = typeof choice === 'string' ? choice : undefined;
    this.#subscription = secrets.onDidChange(({ key }) => {
      if (key.startsWith(secretPrefix)) {
        void this.#reread(key.slice(secretPrefix.length));
      }
    });
  }

  /** In the order of adding. */
  get all(): readonly Account[] {
    return [...this.#list.accounts, ...[...this.#sessionOnly.values()].map((one) => one.account)];
  }

  /** A removed account is not replaced by another, so that nobody uploads to an account that they did not choose. */
  get current(): Account | undefined {
    return this.find(this.#choice ?? this.#inherited ?? this.#list.defaultId);
  }

  /** The account for windows in which none was selected. */
  get defaultAccount(): Account | undefined {
    return this.find(this.#list.defaultId);
  }

  find(id: string | undefined): Account | undefined {
    return this.all.find((account) => account.id === id);
  }

  /**
   * The stored keys of an account.
   * @throws CodedError account.keysGone
   */
  async storedKeys(id: string): Promise<AccessKeys> {
    const keys =
      this.#sessionOnly.get(id)?.keys ?? parseKeys(await this.secrets.get(secretPrefix + id));
    if (keys === undefined) {
      throw new CodedError('account.keysGone');
    }
    return keys;
  }

  /**
   * Saves a new or existing account with its keys. A new one becomes the current one.
   * @param keys absent when they are read from their source at each use; then no secret is stored
   * @throws CodedError account.notSaved when the keyring did not save the keys; nothing has changed then
   */
  async save(account: Account, keys: AccessKeys | undefined): Promise<void> {
    // Read first: saving the keys fires an event that adds the account to the list.
    const isNew = this.find(account.id) === undefined;
    await this.#saveSecret(account, keys);
    this.#sessionOnly.delete(account.id);
    await this.#adopt(account, isNew);
  }

  /** Like `save`, but in memory and until the end of this window's session. */
  async saveForSession(account: Account, keys: AccessKeys | undefined): Promise<void> {
    const isNew = this.find(account.id) === undefined;
    await this.#change(() => {
      this.#sessionOnly.set(account.id, { account: { ...account, sessionOnly: true }, keys });
      this.#list = without(this.#list, account.id);
      // An account that was current by default stays current through `#inherited`.
      if (isNew) {
        this.#choice = account.id;
      }
    });
  }

  /** Changes the fields of an account, but not its keys. */
  async update(account: Account): Promise<void> {
    const { id } = account;
    const before = this.#sessionOnly.get(id);
    if (before !== undefined) {
      await this.saveForSession(account, before.keys);
      return;
    }
    const keys = parseKeys(await this.secrets.get(secretPrefix + id));
    await this.#saveSecret(account, keys);
    await this.#adopt(account, false);
  }

  /** Makes an account the current one of this workspace; without a workspace, also the default. */
  async setCurrent(id: string): Promise<void> {
    await this.#change(() => this.#choose(id));
  }

  /** Makes an account the default for windows in which none was selected. Open windows do not change. */
  async setDefault(id: string): Promise<void> {
    await this.#change(() => {
      this.#list = { ...this.#list, defaultId: id };
    });
  }

  /** Removes an account and its stored keys. If it was the current one, there is none until one is selected. */
  async remove(id: string): Promise<void> {
    const wasCurrent = this.current?.id === id;
    const hasExternalKeys = this.#hasExternalKeys(id);
    if (!hasExternalKeys) {
      await this.secrets.delete(secretPrefix + id);
    }
    await this.#change(() => {
      this.#sessionOnly.delete(id);
      this.#list = without(this.#list, id);
      if (this.all.length === 0) {
        this.#choice = undefined;
      } else if (wasCurrent) {
        this.#choice = noAccount;
      }
    });
    if (hasExternalKeys) {
      // This event notifies other windows, so the list must be written before.
      await this.secrets.delete(secretPrefix + id);
    }
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  /** Whether its keys are read from a file or the environment. */
  #hasExternalKeys(id: string): boolean {
    const kind = this.find(id)?.keySource.kind;
    return kind !== undefined && kind !== 'stored';
  }

  async #saveSecret(account: Account, keys: AccessKeys | undefined): Promise<void> {
    const key = secretPrefix + account.id;
    const text = serializeSecret(account, keys);
    try {
      if ((await this.secrets.get(key)) !== text) {
        await this.secrets.store(key, text);
      }
      // Some keyrings accept a secret without saving it (microsoft/vscode#187338).
      if ((await this.secrets.get(key)) === text) {
        return;
      }
    } catch (cause) {
      if (keys !== undefined) {
        throw new CodedError('account.notSaved', {}, { cause });
      }
    }
    // Without keys the keyring is needed only to notify other windows.
    if (keys !== undefined) {
      throw new CodedError('account.notSaved');
    }
  }

  /** Adds an account to the list; a new one becomes the current one, the first one also the default. */
  async #adopt(account: Account, isNew: boolean): Promise<void> {
    await this.#change(() => {
      this.#list = including(this.#list, account);
      const { defaultId = account.id } = this.#list;
      if (isNew && defaultId === account.id) {
        this.#list = { ...this.#list, defaultId };
        this.#choice = undefined;
        this.#inherited = undefined;
      } else if (isNew) {
        this.#choose(account.id);
      }
    });
  }

  #choose(id: string): void {
    this.#choice = id;
    if (this.states.workspace === undefined && !this.#sessionOnly.has(id)) {
      this.#list = { ...this.#list, defaultId: id };
    }
  }

  /** Reads an account again after an event, because another window may have changed or removed it. */
  async #reread(id: string): Promise<void> {
    if (this.#sessionOnly.has(id)) {
      return;
    }
    const account = parseAccount(await this.secrets.get(secretPrefix + id));
    // Without stored keys the keyring may have no entry; then the list decides.
    const hasExternalKeys = this.#hasExternalKeys(id);
    await this.#change(() => {
      if (account?.id === id) {
        this.#list = including(this.#list, account);
        this.#list = { ...this.#list, defaultId: this.#list.defaultId ?? id };
      } else if (!hasExternalKeys) {
        this.#list = without(this.#list, id);
      }
    });
  }

  /** Reads the list again before changing it, because another window may have written it. */
  async #change(change: () => void): Promise<void> {
    const before = JSON.stringify([this.all, this.#choice, this.current]);
    const storedList = JSON.stringify(this.#list);
    const choice = this.#choice;
    if (choice === undefined) {
      this.#inherited ??= this.current?.id;
    }
    this.#list = parseAccounts(this.states.global.get<unknown>(accountsStateKey));
    change();
    if (this.all.length === 0) {
      // Without accounts, the next sign-in of any window applies to all windows.
      this.#inherited = undefined;
    }
    // Fired before writing, so that listeners are up to date during the write.
    if (JSON.stringify([this.all, this.#choice, this.current]) !== before) {
      this.#changed.fire(this.current);
    }
    if (JSON.stringify(this.#list) !== storedList) {
      await this.states.global.update(accountsStateKey, serializeAccounts(this.#list));
    }
    // A session-only account is not stored as the selection, because it will not exist after a restart.
    if (this.#choice !== choice && !this.#sessionOnly.has(this.#choice ?? noAccount)) {
      await this.states.workspace?.update(currentAccountStateKey, this.#choice);
    }
  }
}

function including(list: AccountList, account: Account): AccountList {
  const isKnown = list.accounts.some(({ id }) => id === account.id);
  return {
    ...list,
    accounts: isKnown
      ? list.accounts.map((known) => (known.id === account.id ? account : known))
      : [...list.accounts, account],
  };
}

function without({ accounts, defaultId }: AccountList, id: string): AccountList {
  return {
    accounts: accounts.filter((account) => account.id !== id),
    ...(defaultId !== undefined && defaultId !== id && { defaultId }),
  };
}
