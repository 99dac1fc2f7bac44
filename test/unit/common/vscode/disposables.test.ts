import assert from 'node:assert/strict';
import { DisposableStore, MutableDisposable } from '../../../../src/common/vscode/disposables';
import { Lazy } from '../../../../src/common/vscode/lazy';

describe('disposables', () => {
  const log: string[] = [];
  const item = (name: string): { dispose(): void } => ({ dispose: () => void log.push(name) });
  beforeEach(() => log.splice(0));

  it('lets go of what it holds, last in first out, once', () => {
    const all = new DisposableStore();
    all.add(item('a'));
    all.add(item('b'));
    all.dispose();
    all.dispose();
    assert.deepEqual(log, ['b', 'a']);
  });

  it('lets go of what arrives late at once', () => {
    const all = new DisposableStore();
    all.dispose();
    all.add(item('late'));
    assert.deepEqual(log, ['late']);
  });

  it('holds one thing at a time, and none after its end', () => {
    const slot = new MutableDisposable();
    slot.set(item('a'));
    slot.set(item('b'));
    assert.deepEqual(log, ['a']);
    slot.dispose();
    slot.set(item('late'));
    assert.deepEqual(log, ['a', 'b', 'late']);
  });

  it('makes a lazy thing once, and anew after a failure', async () => {
    let calls = 0;
    const lazy = new Lazy(() => {
      calls += 1;
      return calls === 1 ? Promise.reject(new Error('not yet')) : Promise.resolve(item('lazy'));
    });
    await assert.rejects(lazy.get(), /not yet/);
    const [one, two] = await Promise.all([lazy.get(), lazy.get()]);
    assert.equal(one, two);
    assert.equal(calls, 2);
    lazy.dispose();
    await Promise.resolve();
    assert.deepEqual(log, ['lazy']);
  });
});
