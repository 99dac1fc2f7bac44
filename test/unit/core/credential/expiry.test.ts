import assert from 'node:assert/strict';
import { needsRenewal, renewAt, expiryState } from '../../../../src/core/credential/expiry';
import { credential, now } from '../../support/credential';

const minute = 60_000;

/** A credential of that life, looked at when so much of it is left; ms. */
function at(lifeMs: number, leftMs: number) {
  const held = credential({ expiresAt: now + lifeMs });
  return { held, time: held.expiresAt - leftMs };
}

describe('phase', () => {
  for (const [life, left, phase] of [
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
    it(`with ${left} of ${life} ms left is ${phase}`, () => {
      const { held, time } = at(life, left);
      assert.equal(expiryState(held, time), phase);
    });
  }
});

describe('renewal', () => {
  for (const [life, left, needed] of [
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
    it(`with ${left} of ${life} ms left is ${needed ? '' : 'not '}needed`, () => {
      const { held, time } = at(life, left);
      assert.equal(needsRenewal(held, time), needed);
      assert.equal(renewAt(held) < time, needed);
    });
  }
});
