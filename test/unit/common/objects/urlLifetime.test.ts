import assert from 'node:assert/strict';
import {
  needsFreshCredential,
  urlExpiry,
  type UrlLifetime,
} from '../../../../src/common/objects/urlLifetime';
import { credential } from '../../support/credential';

const now = 1_000_000;
const minutes = 60_000;
const endingIn = (ms: number) => credential({ expiresAt: now + ms });

describe('Signed URL', () => {
  const cases: readonly (readonly [
    UrlLifetime,
    left: number,
    seconds: number,
    endsAfter: number,
    withCredential: boolean,
  ])[] = [
    ['15min', 60 * minutes, 900, 15 * minutes, false],
    ['15min', 15 * minutes, 900, 15 * minutes, true],
    ['15min', 10 * minutes, 600, 10 * minutes, true],
    ['1h', 59.5 * minutes, 3570, 59.5 * minutes, true],
    ['1h', 120 * minutes, 3600, 60 * minutes, false],
    ['credential', 42 * minutes + 500, 2520, 42 * minutes + 500, true],
    ['credential', 30 * 24 * 60 * minutes, 604_800, 7 * 24 * 60 * minutes, false],
    ['credential', -5, 1, 1000, false],
  ];
  for (const [lifetime, left, seconds, endsAfter, withCredential] of cases) {
    it(`of lifetime “${lifetime}” expires after ${seconds} s when the credential has ${left / 1000} s left`, () => {
      const end = urlExpiry(lifetime, endingIn(left), now);
      assert.deepEqual(end, { seconds, endsAt: now + endsAfter, withCredential });
    });
  }

  for (const [lifetime, left, expected] of [
    ['15min', 10 * minutes, true],
    ['15min', 14 * minutes, false],
    ['1h', 58 * minutes, true],
    ['1h', 59.5 * minutes, false],
    ['credential', 1, false],
    ['credential', 0, true],
  ] as const) {
    it(`of lifetime “${lifetime}” ${expected ? 'needs' : 'does not need'} a new credential when ${left / 1000} s are left`, () => {
      assert.equal(needsFreshCredential(lifetime, endingIn(left), now), expected);
    });
  }
});
