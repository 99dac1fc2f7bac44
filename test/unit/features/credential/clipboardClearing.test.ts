import assert from 'node:assert/strict';
import { setImmediate as settle } from 'node:timers/promises';
import { ClipboardClearing } from '../../../../src/features/credential/clipboardClearing';
import { FakeClock } from '../../support/fakeClock';

/** The state that all windows share. */
class State {
  readonly values = new Map<string, unknown>();
  readonly keys = (): string[] => [...this.values.keys()];
  get<T>(key: string, defaultValue?: T): T | undefined {
    return (this.values.get(key) as T | undefined) ?? defaultValue;
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

describe('Credential on the clipboard', () => {
  let clock: FakeClock;
  let state: State;
  let clipboard: Clipboard;
  let failures: unknown[];

  beforeEach(() => {
    clock = new FakeClock();
    state = new State();
    clipboard = new Clipboard();
    failures = [];
  });
  const openWindow = (): ClipboardClearing =>
    new ClipboardClearing({
      clipboard,
      state,
      now: clock.now,
      startTimer: clock.startTimer,
      onFailure: (error) => failures.push(error),
    });
  const advance = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await settle();
  };

  it('is cleared after a minute, and so is the stored record of it', async () => {
    await openWindow().copy('secret');
    await advance(minute - 1);
    assert.equal(clipboard.text, 'secret');
    await advance(1);
    assert.equal(clipboard.text, '');
    assert.deepEqual(state.keys(), []);
    assert.deepEqual(failures, []);
  });

  it('is not stored in the extension’s state', async () => {
    await openWindow().copy('secret');
    assert.doesNotMatch(JSON.stringify([...state.values]), /secret/);
  });

  it('is not cleared when something else was copied since', async () => {
    await openWindow().copy('secret');
    clipboard.text = 'mine';
    await advance(minute);
    assert.equal(clipboard.text, 'mine');
    assert.deepEqual(state.keys(), []);
  });

  it('is cleared on a later focus when it could not be read, and each failure is reported', async () => {
    const clearing = openWindow();
    await clearing.copy('secret');
    clipboard.isReadable = false;
    await advance(minute);
    assert.equal(failures.length, 1);
    assert.equal(state.keys().length, 1);
    await clearing.clearDue();
    assert.equal(failures.length, 2);
    clipboard.isReadable = true;
    await clearing.clearDue();
    assert.equal(clipboard.text, '');
    assert.deepEqual(state.keys(), []);
  });

  it('is not cleared early when the window gets the focus', async () => {
    const clearing = openWindow();
    await clearing.copy('secret');
    await clearing.clearDue();
    assert.equal(clipboard.text, 'secret');
  });

  it('is cleared on the next start when the window was closed earlier', async () => {
    const first = openWindow();
    await first.copy('secret');
    first.dispose();
    await advance(5 * minute);
    assert.equal(clipboard.text, 'secret');
    openWindow();
    await advance(0);
    assert.equal(clipboard.text, '');
    assert.deepEqual(state.keys(), []);
  });

  it('is cleared by the window that copied it when two windows copied different ones', async () => {
    const [one, two] = [openWindow(), openWindow()];
    await one.copy('secret of one');
    await advance(minute / 2);
    await two.copy('secret of two');
    await advance(minute / 2);
    assert.equal(clipboard.text, 'secret of two');
    await advance(minute / 2);
    assert.equal(clipboard.text, '');
    assert.deepEqual(state.keys(), []);
  });

  it('stays for a minute after the second copy when it was copied twice', async () => {
    const [one, two] = [openWindow(), openWindow()];
    await one.copy('secret');
    await advance(minute / 2);
    await two.copy('secret');
    await advance(minute / 2);
    assert.equal(clipboard.text, 'secret');
    await advance(minute / 2);
    assert.equal(clipboard.text, '');
    assert.deepEqual(state.keys(), []);
  });

  it('is cleared even if the computer’s clock was set back', async () => {
    clock.at = 10 * minute;
    const first = openWindow();
    await first.copy('secret');
    first.dispose();
    clock.at = 0;
    openWindow();
    await advance(minute);
    assert.equal(clipboard.text, '');
  });
});
