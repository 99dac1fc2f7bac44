import assert from 'node:assert/strict';
import { setImmediate as settle } from 'node:timers/promises';
import { ClipboardClearing } from '../../../../src/features/credential/clipboardClearing';
import { HeldTime } from '../../support/heldTime';

/** The state that all windows share. */
class State {
  readonly values = new Map<string, unknown>();
  readonly keys = (): string[] => [...this.values.keys()];
  get<T>(key: string, otherwise?: T): T | undefined {
    return (this.values.get(key) as T | undefined) ?? otherwise;
  }
  update(key: string, value: unknown): Promise<void> {
    if (value === undefined) this.values.delete(key);
    else this.values.set(key, value);
    return Promise.resolve();
  }
}

class Clipboard {
  text = '';
  isReadable = true;
  readonly readText = (): Promise<string> =>
    this.isReadable
      ? Promise.resolve(this.text)
      : Promise.reject(new Error('Document is not focused'));
  readonly writeText = (text: string): Promise<void> => {
    this.text = text;
    return Promise.resolve();
  };
}

const minute = 60_000;

describe('a credential on the clipboard', () => {
  let time: HeldTime;
  let state: State;
  let clipboard: Clipboard;
  let failures: unknown[];

  beforeEach(() => {
    time = new HeldTime();
    state = new State();
    clipboard = new Clipboard();
    failures = [];
  });
  const openWindow = (): ClipboardClearing =>
    new ClipboardClearing({
      ...{ clipboard, state, now: time.now, startTimer: time.start },
      onFailure: (error) => failures.push(error),
    });
  const pass = async (ms: number): Promise<void> => {
    time.pass(ms);
    await settle();
  };

  it('is there for a minute, and leaves no note when it is gone', async () => {
    await openWindow().copy('secret');
    await pass(minute - 1);
    assert.equal(clipboard.text, 'secret');
    await pass(1);
    assert.equal(clipboard.text, '');
    assert.deepEqual(state.keys(), []);
    assert.deepEqual(failures, []);
  });

  it('is not written down', async () => {
    await openWindow().copy('secret');
    assert.doesNotMatch(JSON.stringify([...state.values]), /secret/);
  });

  it('takes nothing with it that was copied since', async () => {
    await openWindow().copy('secret');
    clipboard.text = 'mine';
    await pass(minute);
    assert.equal(clipboard.text, 'mine');
    assert.deepEqual(state.keys(), []);
  });

  it('that cannot be read is told, tried again at the next focus, and then gone', async () => {
    const clearing = openWindow();
    await clearing.copy('secret');
    clipboard.isReadable = false;
    await pass(minute);
    assert.equal(failures.length, 1);
    assert.equal(state.keys().length, 1);
    await clearing.clearDue();
    assert.equal(failures.length, 2);
    clipboard.isReadable = true;
    await clearing.clearDue();
    assert.equal(clipboard.text, '');
    assert.deepEqual(state.keys(), []);
  });

  it('is not taken early by the focus', async () => {
    const clearing = openWindow();
    await clearing.copy('secret');
    await clearing.clearDue();
    assert.equal(clipboard.text, 'secret');
  });

  it('is cleared at the next start when the window was closed before', async () => {
    const first = openWindow();
    await first.copy('secret');
    first.dispose();
    await pass(5 * minute);
    assert.equal(clipboard.text, 'secret');
    openWindow();
    await pass(0);
    assert.equal(clipboard.text, '');
    assert.deepEqual(state.keys(), []);
  });

  it('of two windows: each clears what it copied', async () => {
    const [one, two] = [openWindow(), openWindow()];
    await one.copy('secret of one');
    await pass(minute / 2);
    await two.copy('secret of two');
    await pass(minute / 2);
    assert.equal(clipboard.text, 'secret of two');
    await pass(minute / 2);
    assert.equal(clipboard.text, '');
    assert.deepEqual(state.keys(), []);
  });

  it('that was copied twice stays for a minute after the second time', async () => {
    const [one, two] = [openWindow(), openWindow()];
    await one.copy('secret');
    await pass(minute / 2);
    await two.copy('secret');
    await pass(minute / 2);
    assert.equal(clipboard.text, 'secret');
    await pass(minute / 2);
    assert.equal(clipboard.text, '');
    assert.deepEqual(state.keys(), []);
  });

  it('is cleared although the computer’s clock was set back', async () => {
    time.at = 10 * minute;
    const first = openWindow();
    await first.copy('secret');
    first.dispose();
    time.at = 0;
    openWindow();
    await pass(minute);
    assert.equal(clipboard.text, '');
  });
});
