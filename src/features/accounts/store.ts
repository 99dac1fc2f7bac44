import type { Memento, SecretStorage } from 'vscode';
import type { AccessKeys } from '../../core/edas/credential';
import type { Disposable } from '../../core/disposable';
import { Emitter } from '../../core/emitter';
import { CodedError } from '../../core/errors';
import type { Account, CurrentAccount } from '../../kit/account';
import { accountOf, keysOf, listOf, textOf, type AccountList } from './kept';

const listKey = 'edasPackages.accounts';
const secretPrefix = 'edasPackages.account.';

type Secrets = Pick<SecretStorage, 'get' | 'store' | 'delete' | 'onDidChange'>;
type State = Pick<Memento, 'get' | 'update'>;

/**
 * The accounts. Keys are in SecretStorage only, one JSON text per account, and are read anew at each use; what may be
 * shown of an account is also in the extension's state, so that a start needs no keyring.
 */
export class AccountStore implements CurrentAccount, Disposable {
  readonly #changed = new Emitter<Account | undefined>();
  readonly onDidChange = this.#changed.event;
  readonly #watch: Disposable;
  #list: AccountList;

  constructor(
    private readonly secrets: Secrets,
    private readonly state: State,
  ) {
    this.#list = listOf(state.get<unknown>(listKey));
    this.#watch = secrets.onDidChange(({ key }) => {
      if (key.startsWith(secretPrefix)) {
        void this.#reread(key.slice(secretPrefix.length));
      }
    });
  }

  get current(): Account | undefined {
    return this.#list.accounts.find(({ id }) => id === this.#list.current);
  }

  /**
   * The keys of the current account.
   * @throws CodedError account.signedOut, account.keysGone
   */
  async keys(): Promise<AccessKeys> {
    const account = this.current;
    if (account === undefined) {
      throw new CodedError('account.signedOut');
    }
    const keys = keysOf(await this.secrets.get(secretPrefix + account.id));
    if (keys === undefined) {
      await this.#forget(account.id);
      throw new CodedError('account.keysGone');
    }
    return keys;
  }

  /**
   * Keeps an account and makes it the current one; the one that was current until now goes.
   * @throws CodedError account.notKept when the keyring did not keep it
   */
  async keep(account: Account, keys: AccessKeys): Promise<void> {
    const before = this.current;
    const key = secretPrefix + account.id;
    const text = textOf(account, keys);
    try {
      await this.secrets.store(key, text);
    } catch (cause) {
      throw new CodedError('account.notKept', {}, { cause });
    }
    // Some keyrings take a secret and do not keep it (microsoft/vscode#187338).
    if ((await this.secrets.get(key)) !== text) {
      throw new CodedError('account.notKept');
    }
    await this.#set({ accounts: [account], current: account.id });
    if (before !== undefined && before.id !== account.id) {
      await this.secrets.delete(secretPrefix + before.id);
    }
  }

  /** Forgets an account and its keys. */
  async remove(id: string): Promise<void> {
    await this.secrets.delete(secretPrefix + id);
    await this.#forget(id);
  }

  dispose(): void {
    this.#watch.dispose();
    this.#changed.dispose();
  }

  /** Another window may have signed in or out; the event is only a hint, the keyring is the truth. */
  async #reread(id: string): Promise<void> {
    const account = accountOf(await this.secrets.get(secretPrefix + id));
    if (account === undefined) {
      await this.#forget(id);
    } else if (account.id === id) {
      await this.#set({ accounts: [account], current: id });
    }
  }

  async #forget(id: string): Promise<void> {
    const accounts = this.#list.accounts.filter((account) => account.id !== id);
    const current = this.#list.current === id ? undefined : this.#list.current;
    await this.#set({ accounts, ...(current !== undefined && { current }) });
  }

  async #set(list: AccountList): Promise<void> {
    if (JSON.stringify(list) === JSON.stringify(this.#list)) {
      return;
    }
    this.#list = list;
    // Told before it is written: whoever comes here in the meantime finds everybody informed.
    this.#changed.fire(this.current);
    await this.state.update(listKey, { version: 1, ...list });
  }
}
