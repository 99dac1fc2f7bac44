import type { Log } from '../util/log';
import type { Timing } from '../util/timing';
import type { EdasApi, EdasCaller } from '../alibaba/edas/edasApi';
import { EdasAccount } from './edasAccount';

interface EdasAccountsOptions {
  readonly api: EdasApi;
  readonly callerOf: (accountId: string, signal?: AbortSignal) => Promise<EdasCaller>;
  readonly timing: Timing;
  readonly log: Log;
}

/** The deploy API for each account, made at its first use. */
export class EdasAccounts {
  readonly #accounts = new Map<string, EdasAccount>();

  constructor(private readonly options: EdasAccountsOptions) {}

  of(accountId: string): EdasAccount {
    const known = this.#accounts.get(accountId);
    if (known !== undefined) {
      return known;
    }
    const caller = (signal?: AbortSignal): Promise<EdasCaller> =>
      this.options.callerOf(accountId, signal);
    const account = new EdasAccount({ ...this.options, caller });
    this.#accounts.set(accountId, account);
    return account;
  }

  /** Forgets the keys of an account. */
  forget(accountId: string): void {
    this.#accounts.delete(accountId);
  }
}
