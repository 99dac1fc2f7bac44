import assert from 'node:assert/strict';
import { needsRenewal, renewAt, expiryState } from '../../../../src/core/credential/expiry';
import { credential, now } from '../../support/credential';

const minute = 60_000;

/** A credential with this validity, and the time at which so much of it is left; ms. */
function credentialAt(validityMs: number, leftMs: number) {
  const held = credential({ expiresAt: now + validityMs });
  return { held, time: held.expiresAt - leftMs };
}

describe('expiryState', () => {
  for (const [validity, left, state] of [
    [60 * minute, 60 * minute, 'ready'],
    [60 * minute, 6 * minute, 'ready'],
    [60 * minute, 6 * minute - 1, 'expiring'],
    [30 * minute, 5 * minute, 'ready'],
    [30 * minute, 5 * minute - 1, 'expiring'],
    [60 * minute, 1, 'expiring'],
    [60 * minute, 0, 'expired'],
    [60 * minute, -1, 'expired'],
    [10_000, 10_000, 'expiring'],
    [0, 0, 'expired'],
  ] as const) {
    it(`is ${state} with ${left} of ${validity} ms left`, () => {
      const { held, time } = credentialAt(validity, left);
      assert.equal(expiryState(held, time), state);
    });
  }
});

describe('needsRenewal and renewAt', () => {
  for (const [validity, left, isNeeded] of [
    [60 * minute, 60 * minute, false],
    [60 * minute, 5 * minute, false],
    [60 * minute, 5 * minute - 1, true],
    [10 * minute, 2 * minute, false],
    [10 * minute, 2 * minute - 1, true],
    [10_000, 10_000, false],
    [10_000, 1_999, true],
    [60 * minute, 0, true],
    [60 * minute, -1, true],
  ] as const) {
    it(`${isNeeded ? 'require' : 'do not require'} renewal with ${left} of ${validity} ms left`, () => {
      const { held, time } = credentialAt(validity, left);
      assert.equal(needsRenewal(held, time), isNeeded);
      assert.equal(renewAt(held) < time, isNeeded);
    });
  }
});
