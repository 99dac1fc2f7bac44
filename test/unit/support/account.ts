import type { Account } from '../../../src/common/account';

/** An account whose keys are kept, with the id `one` unless another is given. */
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
