import assert from 'node:assert/strict';
import {
  RefreshScheduler,
  type RefreshScope,
} from '../../../../src/features/transfers/refreshScheduler';

describe('Redraw', () => {
  let drawn: RefreshScope[];
  let timers: { ms: number; fire: () => void }[];
  let redraw: RefreshScheduler;
  beforeEach(() => {
    drawn = [];
    timers = [];
    redraw = new RefreshScheduler(
      (what) => drawn.push(what),
      (ms, fire) => {
        const timer = { ms, fire };
        timers.push(timer);
        return { dispose: () => void (timers = timers.filter((other) => other !== timer)) };
      },
    );
  });
  const pass = (): void => timers.shift()?.fire();

  it('draws nothing while nobody sees it, and what was missed when somebody looks', () => {
    redraw.row('a');
    redraw.row('b');
    assert.deepEqual([drawn, timers], [[], []]);
    redraw.show(true);
    assert.deepEqual(drawn, [['a', 'b']]);
    redraw.show(false);
    redraw.all();
    pass();
    assert.equal(drawn.length, 1);
    redraw.show(true);
    assert.deepEqual(drawn.at(-1), 'all');
  });

  it('draws the rows that have changed and no others, once in 200 ms', () => {
    redraw.show(true);
    redraw.row('a');
    for (const id of ['b', 'c', 'b']) {
      redraw.row(id);
    }
    assert.deepEqual(drawn, [['a']]);
    assert.deepEqual(
      timers.map(({ ms }) => ms),
      [200],
    );
    pass();
    assert.deepEqual(drawn, [['a'], ['b', 'c']]);
    pass();
    assert.deepEqual([drawn.length, timers.length], [2, 0]);
  });

  it('draws all once when rows have come or gone', () => {
    redraw.show(true);
    redraw.row('a');
    redraw.all();
    redraw.row('b');
    redraw.all();
    pass();
    assert.deepEqual(drawn, [['a'], 'all']);
    pass();
    assert.equal(drawn.length, 2);
  });

  it('has no timer after its end', () => {
    redraw.show(true);
    redraw.row('a');
    redraw.dispose();
    assert.equal(timers.length, 0);
    redraw.row('b');
    assert.equal(drawn.length, 1);
  });
});
