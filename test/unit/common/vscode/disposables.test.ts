import assert from 'node:assert/strict';
import { DisposableStore, MutableDisposable } from '../../../../src/common/vscode/disposables';
import { Emitter } from '../../../../src/core/util/emitter';
import { Lazy } from '../../../../src/common/vscode/lazy';

describe('Disposables', () => {
  const log: string[] = [];
  const item = (name: string): { dispose(): void } => ({ dispose: () => void log.push(name) });
  beforeEach(() => log.splice(0));

  it('DisposableStore disposes each item once, in reverse order', () => {
    const store = new DisposableStore();
    store.add(item('a'));
    store.add(item('b'));
    store.dispose();
    store.dispose();
    assert.deepEqual(log, ['b', 'a']);
  });

  it('DisposableStore immediately disposes an item that is added after dispose()', () => {
    const store = new DisposableStore();
    store.dispose();
    store.add(item('late'));
    assert.deepEqual(log, ['late']);
  });

  it('DisposableStore disposes the other items when one throws, and throws its error', () => {
    const store = new DisposableStore();
    store.add(item('a'));
    store.add({ dispose: () => assert.fail('first') });
    store.add({ dispose: () => assert.fail('second') });
    store.add(item('b'));
    assert.throws(() => store.dispose(), /second/);
    assert.deepEqual(log, ['b', 'a']);
  });

  it('Emitter notifies the other listeners when one throws, and throws its error', () => {
    const emitter = new Emitter<string>();
    emitter.event(() => assert.fail('first'));
    emitter.event((value) => log.push(value));
    assert.throws(() => emitter.fire('value'), /first/);
    assert.deepEqual(log, ['value']);
  });

  it('MutableDisposable disposes the replaced value, and any value set after dispose()', () => {
    const slot = new MutableDisposable();
    slot.set(item('a'));
    slot.set(item('b'));
    assert.deepEqual(log, ['a']);
    slot.dispose();
    slot.set(item('late'));
    assert.deepEqual(log, ['a', 'b', 'late']);
  });

  it('Lazy creates its value once, and retries after a failure', async () => {
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

  it('Lazy creates nothing after dispose(), because nobody would dispose it', async () => {
    let calls = 0;
    const lazy = new Lazy(() => {
      calls += 1;
      return Promise.resolve(item('lazy'));
    });
    lazy.dispose();
    await assert.rejects(lazy.get(), { name: 'AbortError' });
    assert.equal(calls, 0);
    assert.equal(await lazy.made(), undefined);
  });
});
