import assert from 'node:assert/strict';
import {
  Countdown,
  msUntilChange,
  type Visibility,
} from '../../../../src/features/credential/countdown';
import { credential } from '../../support/credential';
import { HeldTime } from '../../support/heldTime';

const minute = 60_000;
const everyone: Visibility = { view: true, statusBar: true, focused: true };
const statusOnly: Visibility = { ...everyone, view: false };

const hourLong = credential({ fetchedAt: 0, expiresAt: 60 * minute });

describe('msUntilChange', () => {
  const cases: readonly (readonly [string, number, Visibility, number | undefined])[] = [
    ['view, on a whole second', 10 * minute, everyone, 1000],
    ['view, between two seconds', 10 * minute + 250, everyone, 750],
    ['nobody', 10 * minute, { view: false, statusBar: false, focused: true }, undefined],
    ['window not focused', 10 * minute, { ...everyone, focused: false }, undefined],
    ['status bar, far from a minute', 10 * minute + 1000, statusOnly, 15_000],
    ['status bar, near a minute', 10 * minute - 5_000 + 61_000, statusOnly, 5_000],
    ['status bar, expiring', 55 * minute, statusOnly, 1000],
    ['view, expired', 60 * minute + 90_000, everyone, 30_000],
    ['status bar, expired', 60 * minute + 90_000, statusOnly, undefined],
  ];
  for (const [name, now, spectators, expected] of cases) {
    it(`${name}: ${expected}`, () => {
      assert.equal(msUntilChange(hourLong, now, spectators), expected);
    });
  }
});

describe('Countdown', () => {
  let time: HeldTime;
  let drawn: number[];
  let countdown: Countdown;
  beforeEach(() => {
    time = new HeldTime();
    drawn = [];
    countdown = new Countdown(time, () => drawn.push(time.at), time.start);
  });

  it('has no timer until there is both a credential and somebody who looks', () => {
    countdown.setVisibility(everyone);
    assert.equal(time.timers.size, 0);
    countdown.setVisibility({ ...everyone, focused: false });
    countdown.setCredential(hourLong);
    assert.equal(time.timers.size, 0);
    countdown.setVisibility(everyone);
    assert.equal(time.timers.size, 1);
  });

  it('draws each second while the view is seen, on the second', () => {
    countdown.setCredential(hourLong);
    countdown.setVisibility(everyone);
    drawn.length = 0;
    time.pass(5_000);
    assert.deepEqual(drawn, [1000, 2000, 3000, 4000, 5000]);
    assert.equal(time.timers.size, 1);
  });

  it('lets its timer go when the last one looks away, and draws at once when one looks again', () => {
    countdown.setCredential(hourLong);
    countdown.setVisibility(everyone);
    countdown.setVisibility({ ...everyone, focused: false });
    assert.equal(time.timers.size, 0);
    drawn.length = 0;
    time.pass(10 * minute);
    assert.deepEqual(drawn, []);
    countdown.setVisibility(everyone);
    assert.deepEqual(drawn, [10 * minute]);
  });

  it('is right soon after the computer slept', () => {
    countdown.setCredential(hourLong);
    countdown.setVisibility(statusOnly);
    drawn.length = 0;
    time.sleep(90 * minute);
    time.pass(15_000);
    assert.equal(drawn.length, 1);
    assert.ok((drawn[0] ?? 0) > 90 * minute);
    assert.equal(
      time.timers.size,
      0,
      'expired, and only the status bar looks: nothing changes any more',
    );
  });

  it('draws the end also when a timer comes a moment early and time passes while it draws', () => {
    const busy = { now: () => (time.at += 0.5) };
    const early = (ms: number, fire: () => void): { dispose(): void } =>
      time.start(Math.max(ms - 0.4, 0.1), fire);
    countdown = new Countdown(busy, () => drawn.push(time.at), early);
    time.at = 60 * minute - 3_000;
    countdown.setCredential(hourLong);
    countdown.setVisibility(everyone);
    time.pass(4_000);
    assert.ok(
      drawn.some((at) => at >= 60 * minute),
      drawn.join(),
    );
  });

  it('costs at most four draws a minute while only the status bar is seen and there is time', () => {
    countdown.setCredential(hourLong);
    countdown.setVisibility(statusOnly);
    drawn.length = 0;
    time.pass(10 * minute);
    assert.ok(drawn.length <= 50, String(drawn.length));
  });

  it('ends with the credential', () => {
    countdown.setCredential(hourLong);
    countdown.setVisibility(everyone);
    countdown.setCredential(undefined);
    assert.equal(time.timers.size, 0);
    countdown.setCredential(hourLong);
    countdown.dispose();
    assert.equal(time.timers.size, 0);
  });
});
