import type { Account } from '../../../src/common/account';

/** An account with stored keys, with the id `one` by default. */
export function account(change: Partial<Account> = {}): Account {
  const { id = 'one' } = change;
  return {
    id,
    name: '••••0001',
    regionId: 'cn-hangzhou',
    keyHint: '0001',
    keySource: { kind: 'stored', accountId: id },
    keysSetAt: 1_700_000_000_000,
    ...change,
  };
}
