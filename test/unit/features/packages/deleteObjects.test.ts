import assert from 'node:assert/strict';
import type { Entry } from '../../../../src/common/objects/entries';
import { Reporter } from '../../../../src/common/vscode/reporter';
import { abortError } from '../../../../src/core/util/abort';
import { silentLog } from '../../../../src/core/util/log';
import { deleteObjects } from '../../../../src/features/packages/deleteObjects';
import { fakeWindow, press } from '../../support/fakeWindow';

describe('Deleting objects', () => {
  const location = { bucket: 'edas-hz', keyPrefix: 'release-pkg/1' };
  const entry = (path: string): Entry => ({
    kind: 'object',
    path,
    key: `${location.keyPrefix}/${path}`,
    location,
    size: 1,
    lastModified: 0,
    etag: '',
  });

  beforeEach(() => fakeWindow.reset());

  /** @returns what the view was notified of */
  async function run(remove: (path: string, cancel: () => void) => void): Promise<string[]> {
    const view: string[] = [];
    const cancelled = new AbortController();
    fakeWindow.script(press('Delete'));
    await deleteObjects(['a.jar', 'b.jar'].map(entry), cancelled.signal, {
      storage: () =>
        Promise.resolve({
          delete: async ({ key }) => {
            await Promise.resolve();
            remove(key.slice(location.keyPrefix.length + 1), () => cancelled.abort());
          },
        }),
      log: silentLog,
      reporter: new Reporter(silentLog),
      removed: (path) => view.push(`removed ${path}`),
      refresh: () => view.push('refresh'),
    });
    return view;
  }

  it('lists the folders again when one was cancelled while it was deleted, and does not say that it exists', async () => {
    const view = await run((path, cancel) => {
      if (path === 'b.jar') {
        cancel();
        throw abortError();
      }
    });
    assert.deepEqual(view, ['removed a.jar', 'refresh']);
    assert.deepEqual(
      fakeWindow.messages.slice(1).map(({ severity, text }) => `${severity}: ${text}`),
      [
        'warning: Deleted a.jar. It is not known whether these were deleted before the cancellation: b.jar. The Packages view shows what still exists.',
      ],
    );
  });

  it('lists nothing again when it is known what was deleted', async () => {
    assert.deepEqual(await run(() => undefined), ['removed a.jar', 'removed b.jar']);
    assert.deepEqual(fakeWindow.statusTexts.slice(-1), ['Deleted 2 objects.']);
  });
});
