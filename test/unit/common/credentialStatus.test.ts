import assert from 'node:assert/strict';
import { statusOf } from '../../../src/common/credentialStatus';
import type { CredentialState } from '../../../src/core/credential/session';
import { CodedError } from '../../../src/core/errors/catalogue';
import { credential } from '../support/credential';

const account = { regionId: 'cn-hangzhou' };
const issued = credential();
const facts = { bucket: issued.bucket, keyPrefix: issued.keyPrefix, expiresAt: issued.expiresAt };

describe('Credential status for other extensions and agents', () => {
  const failed = {
    kind: 'failed',
    error: new CodedError('network.refused'),
    userInitiated: true,
  } as const;
  const cases: readonly (readonly [
    title: string,
    CredentialState,
    now: number,
    expected: object,
  ])[] = [
    ['is none before the first fetch', { kind: 'none' }, 0, { state: 'none' }],
    ['is fetching during the first fetch', { kind: 'fetching' }, 0, { state: 'fetching' }],
    [
      'is fetching, with the previous credential’s location and expiry, during a renewal',
      { kind: 'fetching', last: issued },
      0,
      { state: 'fetching', ...facts },
    ],
    [
      'is ready with location and expiry after a fetch',
      { kind: 'held', credential: issued },
      issued.fetchedAt,
      { state: 'ready', ...facts },
    ],
    [
      'is expiring shortly before the expiry',
      { kind: 'held', credential: issued },
      issued.expiresAt - 1,
      { state: 'expiring', ...facts },
    ],
    [
      'is expired at the expiry',
      { kind: 'held', credential: issued },
      issued.expiresAt,
      { state: 'expired', ...facts },
    ],
    ['is failed after the first fetch failed', failed, 0, { state: 'failed' }],
    [
      'is failed, with the previous credential’s location and expiry, after a failed renewal',
      { ...failed, last: issued },
      0,
      { state: 'failed', ...facts },
    ],
  ];
  for (const [title, state, now, expected] of cases) {
    it(title, () => {
      assert.deepEqual(statusOf(account, state, now), { regionId: 'cn-hangzhou', ...expected });
    });
  }

  it('is only signedOut when no account is signed in', () => {
    const state: CredentialState = { kind: 'held', credential: issued };
    assert.deepEqual(statusOf(undefined, state, 0), { state: 'signedOut' });
  });
});
