import assert from 'node:assert/strict';
import { statusOf } from '../../../src/common/credentialStatus';
import type { CredentialState } from '../../../src/core/credential/session';
import { CodedError } from '../../../src/core/errors/catalogue';
import { credential } from '../support/credential';

const account = { regionId: 'cn-hangzhou' };
const held = credential();
const facts = { bucket: held.bucket, keyPrefix: held.keyPrefix, expiresAt: held.expiresAt };

describe('The status of the credential for other extensions and agents', () => {
  const failed = {
    kind: 'failed',
    error: new CodedError('network.refused'),
    userInitiated: true,
  } as const;
  const cases: readonly (readonly [CredentialState, now: number, expected: object])[] = [
    [{ kind: 'none' }, 0, { state: 'none' }],
    [{ kind: 'fetching' }, 0, { state: 'fetching' }],
    [{ kind: 'fetching', last: held }, 0, { state: 'fetching', ...facts }],
    [{ kind: 'held', credential: held }, held.fetchedAt, { state: 'ready', ...facts }],
    [{ kind: 'held', credential: held }, held.expiresAt - 1, { state: 'expiring', ...facts }],
    [{ kind: 'held', credential: held }, held.expiresAt, { state: 'expired', ...facts }],
    [failed, 0, { state: 'failed' }],
    [{ ...failed, last: held }, 0, { state: 'failed', ...facts }],
  ];
  for (const [state, now, expected] of cases) {
    it(JSON.stringify(expected), () => {
      assert.deepEqual(statusOf(account, state, now), { regionId: 'cn-hangzhou', ...expected });
    });
  }

  it('nothing but that nobody is signed in', () => {
    const state: CredentialState = { kind: 'held', credential: held };
    assert.deepEqual(statusOf(undefined, state, 0), { state: 'signedOut' });
  });
});
