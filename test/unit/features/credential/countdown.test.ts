import assert from 'node:assert/strict';
import {
  Countdown,
  msUntilChange,
  type Visibility,
} from '../../../../src/features/credential/countdown';
import { credential } from '../../support/credential';
import { FakeClock } from '../../support/fakeClock';

const minute = 60_000;
const allVisible: Visibility = { view: true, statusBar: true, focused: true };
const statusBarOnly: Visibility = { ...allVisible, view: false };

const hourLong = credential({ fetchedAt: 0, expiresAt: 60 * minute });

describe('msUntilChange', () => {
  const cases: readonly (readonly [string, number, Visibility, number | undefined])[] = [
    ['the view is visible, on a whole second', 10 * minute, allVisible, 1000],
    ['the view is visible, between two seconds', 10 * minute + 250, allVisible, 750],
    [
      'nothing is visible',
      10 * minute,
      { view: false, statusBar: false, focused: true },
      undefined,
    ],
    ['the window has no focus', 10 * minute, { ...allVisible, focused: false }, undefined],
    [
      'only the status bar is visible, far from a full minute',
      10 * minute + 1000,
      statusBarOnly,
      15_000,
    ],
    [
      'only the status bar is visible, near a full minute',
      10 * minute - 5_000 + 61_000,
      statusBarOnly,
      5_000,
    ],
    ['only the status bar is visible, expiring', 55 * minute, statusBarOnly, 1000],
    ['the view is visible, expired', 60 * minute + 90_000, allVisible, 30_000],
    ['only the status bar is visible, expired', 60 * minute + 90_000, statusBarOnly, undefined],
  ];
  for (const [situation, now, visibility, expected] of cases) {
    it(`is ${expected} when ${situation}`, () => {
      assert.equal(msUntilChange(hourLong, now, visibility), expected);
    });
  }
});

describe('Countdown', () => {
  let clock: FakeClock;
  let renderedAt: number[];
  let countdown: Countdown;
  beforeEach(() => {
    clock = new FakeClock();
    renderedAt = [];
    countdown = new Countdown(clock, () => renderedAt.push(clock.at), clock.startTimer);
  });

  it('has no timer until there is a credential that is visible', () => {
    countdown.setVisibility(allVisible);
    assert.equal(clock.timers.size, 0);
    countdown.setVisibility({ ...allVisible, focused: false });
    countdown.setCredential(hourLong);
    assert.equal(clock.timers.size, 0);
    countdown.setVisibility(allVisible);
    assert.equal(clock.timers.size, 1);
  });

  it('renders on each whole second while the view is visible', () => {
    countdown.setCredential(hourLong);
    countdown.setVisibility(allVisible);
    renderedAt.length = 0;
    clock.advance(5_000);
    assert.deepEqual(renderedAt, [1000, 2000, 3000, 4000, 5000]);
    assert.equal(clock.timers.size, 1);
  });

  it('clears its timer when the window loses the focus, and renders at once when it is back', () => {
    countdown.setCredential(hourLong);
    countdown.setVisibility(allVisible);
    countdown.setVisibility({ ...allVisible, focused: false });
    assert.equal(clock.timers.size, 0);
    renderedAt.length = 0;
    clock.advance(10 * minute);
    assert.deepEqual(renderedAt, []);
    countdown.setVisibility(allVisible);
    assert.deepEqual(renderedAt, [10 * minute]);
  });

  it('renders within 15 s after the computer was asleep', () => {
    countdown.setCredential(hourLong);
    countdown.setVisibility(statusBarOnly);
    renderedAt.length = 0;
    clock.sleep(90 * minute);
    clock.advance(15_000);
    assert.equal(renderedAt.length, 1);
    assert.ok((renderedAt[0] ?? 0) > 90 * minute);
    assert.equal(clock.timers.size, 0, 'an expired credential no longer changes the status bar');
  });

  it('renders the expiry even if a timer fires early and rendering takes time', () => {
    const busy = { now: () => (clock.at += 0.5) };
    const early = (ms: number, fire: () => void): { dispose(): void } =>
      clock.startTimer(Math.max(ms - 0.4, 0.1), fire);
    countdown = new Countdown(busy, () => renderedAt.push(clock.at), early);
    clock.at = 60 * minute - 3_000;
    countdown.setCredential(hourLong);
    countdown.setVisibility(allVisible);
    clock.advance(4_000);
    assert.ok(
      renderedAt.some((at) => at >= 60 * minute),
      renderedAt.join(),
    );
  });

  it('renders at most five times a minute while only the status bar is visible', () => {
    countdown.setCredential(hourLong);
    countdown.setVisibility(statusBarOnly);
    renderedAt.length = 0;
    clock.advance(10 * minute);
    assert.ok(renderedAt.length <= 50, String(renderedAt.length));
  });

  it('clears its timer when the credential is removed, and on dispose', () => {
    countdown.setCredential(hourLong);
    countdown.setVisibility(allVisible);
    countdown.setCredential(undefined);
    assert.equal(clock.timers.size, 0);
    countdown.setCredential(hourLong);
    countdown.dispose();
    assert.equal(clock.timers.size, 0);
  });
});
