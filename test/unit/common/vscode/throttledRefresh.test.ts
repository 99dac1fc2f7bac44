import assert from 'node:assert/strict';
import { ThrottledRefresh } from '../../../../src/common/vscode/throttledRefresh';
import { HeldTime } from '../../support/heldTime';

describe('Paced drawing', () => {
  const start = () => {
    const time = new HeldTime();
    const drawn: number[] = [];
    const drawing = new ThrottledRefresh(() => drawn.push(time.at), time.start, time.now);
    return { time, drawn, drawing };
  };

  it('draws the first change at once, and then five times a second at most', () => {
    const { time, drawn, drawing } = start();
    for (let ms = 0; ms < 1000; ms += 10) {
      drawing.changed();
      time.pass(10);
    }
    assert.deepEqual(drawn, [0, 200, 400, 600, 800, 1000]);
  });

  it('draws the last change although nothing comes after it', () => {
    const { time, drawn, drawing } = start();
    drawing.changed();
    drawing.changed();
    time.pass(10_000);
    assert.deepEqual(drawn, [0, 200]);
  });

  it('draws at its end what still waits, and nothing after that', () => {
    const { time, drawn, drawing } = start();
    drawing.changed();
    time.pass(50);
    drawing.changed();
    drawing.dispose();
    time.pass(10_000);
    assert.deepEqual(drawn, [0, 50]);
    assert.equal(time.timers.size, 0);
  });

  it('draws nothing at its end when nothing waits', () => {
    const { time, drawn, drawing } = start();
    drawing.changed();
    time.pass(10_000);
    drawing.dispose();
    assert.deepEqual(drawn, [0]);
  });
});
