import assert from 'node:assert/strict';
import { ThrottledRefresh } from '../../../../src/common/vscode/throttledRefresh';
import { FakeClock } from '../../support/fakeClock';

describe('ThrottledRefresh', () => {
  const start = () => {
    const clock = new FakeClock();
    const refreshes: number[] = [];
    const refresh = new ThrottledRefresh(
      () => refreshes.push(clock.at),
      clock.startTimer,
      clock.now,
    );
    return { clock, refreshes, refresh };
  };

  it('refreshes at once on the first change, then at most five times a second', () => {
    const { clock, refreshes, refresh } = start();
    for (let ms = 0; ms < 1000; ms += 10) {
      refresh.changed();
      clock.advance(10);
    }
    assert.deepEqual(refreshes, [0, 200, 400, 600, 800, 1000]);
  });

  it('refreshes for the last change even if no other follows', () => {
    const { clock, refreshes, refresh } = start();
    refresh.changed();
    refresh.changed();
    clock.advance(10_000);
    assert.deepEqual(refreshes, [0, 200]);
  });

  it('refreshes on dispose when a change is pending, and never after that', () => {
    const { clock, refreshes, refresh } = start();
    refresh.changed();
    clock.advance(50);
    refresh.changed();
    refresh.dispose();
    clock.advance(10_000);
    assert.deepEqual(refreshes, [0, 50]);
    assert.equal(clock.timers.size, 0);
  });

  it('does not refresh on dispose when no change is pending', () => {
    const { clock, refreshes, refresh } = start();
    refresh.changed();
    clock.advance(10_000);
    refresh.dispose();
    assert.deepEqual(refreshes, [0]);
  });
});
