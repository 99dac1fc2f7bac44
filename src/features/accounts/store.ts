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
} from './kept';

const listKey = 'edasPackages.accounts';
const choiceKey = 'edasPackages.account';
const secretPrefix = 'edasPackages.account.';

/** The choice of a window in which a person signed out: none, although there are accounts. */
const noAccount = '';

type Secrets = Pick<SecretStorage, 'get' | 'store' | 'delete' | 'onDidChange'>;
type State = Pick<Memento, 'get' | 'update'>;

export interface AccountStates {
  /** Shared by all windows. */
  readonly global: State;
  /** Of this workspace; absent when none is open. */
  readonly workspace?: State;
}

/**
 * The accounts, and which of them is the current one here. Keys are in SecretStorage only, one JSON text per account,
 * and are read anew at each use; what may be shown of an account is also in the extension's state, so that a start
 * needs no keyring. Another window is heard of by SecretStorage's event; state has none.
 */
export class AccountStore implements CurrentAccount, Disposable {
  readonly #changed = new Emitter<Account | undefined>();
  readonly onDidChange = this.#changed.event;
  readonly #watch: Disposable;
  /** Accounts that no keyring keeps, with their keys. */
  readonly #sessionOnly = new Map<string, { account: Account; keys: AccessKeys | undefined }>();
  #list: AccountList;
  /** Id of the account that was chosen here, `nobody`, or undefined: `#shown`. */
  #choice: string | undefined;
  /**
   * Id of the account that is the current one although nobody chose it here; undefined: the standard one. In memory
   * only: the standard one is that of windows that start, so another one may become it without changing this window.
   */
  #shown: string | undefined;

  constructor(
    private readonly secrets: Secrets,
    private readonly states: AccountStates,
  ) {
    this.#list = parseAccounts(states.global.get<unknown>(listKey));
    const choice = states.workspace?.get<unknown>(choiceKey);
    this.#choice = typeof choice === 'string' ? choice : undefined;
    this.#watch = secrets.onDidChange(({ key }) => {
      if (key.startsWith(secretPrefix)) {
        void this.#reread(key.slice(secretPrefix.length));
      }
    });
  }

  /** In the order in which they were added. */
  get all(): readonly Account[] {
    return [...this.#list.accounts, ...[...this.#sessionOnly.values()].map((one) => one.account)];
  }

  /** An account that was chosen here and is gone is replaced by no other: nobody uploads where they did not mean to. */
  get current(): Account | undefined {
    return this.find(this.#choice ?? this.#shown ?? this.#list.standard);
  }

  /** The account with which windows start in which none was chosen. */
  get standard(): Account | undefined {
    return this.find(this.#list.standard);
  }

  find(id: string | undefined): Account | undefined {
    return this.all.find((account) => account.id === id);
  }

  /**
   * The keys that are kept for an account.
   * @throws CodedError account.keysGone
   */
  async keptKeys(id: string): Promise<AccessKeys> {
    const keys =
      this.#sessionOnly.get(id)?.keys ?? parseKeys(await this.secrets.get(secretPrefix + id));
    if (keys === undefined) {
      throw new CodedError('account.keysGone');
    }
    return keys;
  }

  /**
   * Keeps an account with its keys, a new one or one that has the same id, and makes a new one the current one.
   * @param keys absent when they are followed: then nothing secret is kept
   * @throws CodedError account.notKept when the keyring did not save the keys; nothing has changed then
   */
  async save(account: Account, keys: AccessKeys | undefined): Promise<void> {
    // Before the keyring tells of it: by that it is known at once.
    const isNew = this.find(account.id) === undefined;
    await this.#keepText(account, keys);
    this.#sessionOnly.delete(account.id);
    await this.#adopt(account, isNew);
  }

  /** As `save`, in memory only: ends with this window's session. What was the current one stays that. */
  async saveForSession(account: Account, keys: AccessKeys | undefined): Promise<void> {
    const isNew = this.find(account.id) === undefined;
    await this.#change(() => {
      this.#sessionOnly.set(account.id, { account: { ...account, sessionOnly: true }, keys });
      this.#list = without(this.#list, account.id);
      // One that was current by default stays it by `#shown`, although the list names it no more.
      if (isNew) {
        this.#choice = account.id;
      }
    });
  }

  /** Changes what is known of an account, but not its keys. */
  async update(account: Account): Promise<void> {
    const { id } = account;
    const kept = this.#sessionOnly.get(id);
    if (kept !== undefined) {
      await this.saveForSession(account, kept.keys);
      return;
    }
    const keys = parseKeys(await this.secrets.get(secretPrefix + id));
    await this.#keepText(account, keys);
    await this.#adopt(account, false);
  }

  /** Makes an account the current one here; where no workspace is open, also the standard one. */
  async setCurrent(id: string): Promise<void> {
    await this.#change(() => this.#prefer(id));
  }

  /** Makes an account the one with which windows start in which none was chosen. No open window changes. */
  async setDefault(id: string): Promise<void> {
    await this.#change(() => {
      this.#list = { ...this.#list, standard: id };
    });
  }

  /** Forgets an account and its keys. When it was the current one, there is none until one is chosen. */
  async remove(id: string): Promise<void> {
    const wasCurrent = this.current?.id === id;
    const isFollowed = this.#isFollowed(id);
    if (!isFollowed) {
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
    if (isFollowed) {
      // Only now: other windows hear of it by this, and then find the list without it.
      await this.secrets.delete(secretPrefix + id);
    }
  }

  dispose(): void {
    this.#watch.dispose();
    this.#changed.dispose();
  }

  #isFollowed(id: string): boolean {
    const kind = this.find(id)?.keySource.kind;
    return kind !== undefined && kind !== 'kept';
  }

  async #keepText(account: Account, keys: AccessKeys | undefined): Promise<void> {
    const key = secretPrefix + account.id;
    const text = serializeSecret(account, keys);
    try {
      if ((await this.secrets.get(key)) !== text) {
        await this.secrets.store(key, text);
      }
      // Some keyrings take a secret and do not save it (microsoft/vscode#187338).
      if ((await this.secrets.get(key)) === text) {
        return;
      }
    } catch (cause) {
      if (keys !== undefined) {
        throw new CodedError('account.notKept', {}, { cause });
      }
    }
    // Without keys there is nothing that needs the keyring; only other windows hear of it later.
    if (keys !== undefined) {
      throw new CodedError('account.notKept');
    }
  }

  /** Takes an account into the list; a new one becomes the current one, the very first one the standard one. */
  async #adopt(account: Account, isNew: boolean): Promise<void> {
    await this.#change(() => {
      this.#list = including(this.#list, account);
      const { standard = account.id } = this.#list;
      if (isNew && standard === account.id) {
        this.#list = { ...this.#list, standard: account.id };
        this.#choice = undefined;
        this.#shown = undefined;
      } else if (isNew) {
        this.#prefer(account.id);
      }
    });
  }

  #prefer(id: string): void {
    this.#choice = id;
    if (this.states.workspace === undefined && !this.#sessionOnly.has(id)) {
      this.#list = { ...this.#list, standard: id };
    }
  }

  /** Another window may have done something; the event is only a hint, the keyring is the truth. */
  async #reread(id: string): Promise<void> {
    if (this.#sessionOnly.has(id)) {
      return;
    }
    const account = parseAccount(await this.secrets.get(secretPrefix + id));
    // Of keys that are followed the keyring may hold nothing; the list, read again, is the truth about them.
    const isFollowed = this.#isFollowed(id);
    await this.#change(() => {
      if (account?.id === id) {
        this.#list = including(this.#list, account);
        this.#list = { ...this.#list, standard: this.#list.standard ?? id };
      } else if (!isFollowed) {
        this.#list = without(this.#list, id);
      }
    });
  }

  /** Another window may have written the list since it was read here: it is read again before it is written. */
  async #change(change: () => void): Promise<void> {
    const before = JSON.stringify([this.all, this.#choice, this.current]);
    const kept = JSON.stringify(this.#list);
    const choice = this.#choice;
    if (choice === undefined) {
      this.#shown ??= this.current?.id;
    }
    this.#list = parseAccounts(this.states.global.get<unknown>(listKey));
    change();
    if (this.all.length === 0) {
      // Nobody can be moved from one account to another any more: the next sign-in of any window is everybody's.
      this.#shown = undefined;
    }
    // Told before it is written: whoever comes here in the meantime finds everybody informed.
    if (JSON.stringify([this.all, this.#choice, this.current]) !== before) {
      this.#changed.fire(this.current);
    }
    if (JSON.stringify(this.#list) !== kept) {
      await this.states.global.update(listKey, serializeAccounts(this.#list));
    }
    // What ends with the session is not to be missed at the next start.
    if (this.#choice !== choice && !this.#sessionOnly.has(this.#choice ?? noAccount)) {
      await this.states.workspace?.update(choiceKey, this.#choice);
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

function without({ accounts, standard }: AccountList, id: string): AccountList {
  return {
    accounts: accounts.filter((account) => account.id !== id),
    ...(standard !== undefined && standard !== id && { standard }),
  };
}
