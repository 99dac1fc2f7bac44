import assert from 'node:assert/strict';
import type { UploadedPackage } from '../../../../src/common/objects/uploadedPackage';
import type { Release } from '../../../../src/core/deploy';
import { deployUploaded } from '../../../../src/features/tasks/deploy';
import { fakeWindow, press } from '../../support/fakeWindow';

const release: Release = { batches: 1, waitMinutes: 0, isManual: false };

describe('Deployment by a task', () => {
  let state: Map<string, unknown>;
  beforeEach(() => {
    fakeWindow.reset();
    state = new Map();
  });

  const deploy = async (application: string): Promise<void> => {
    const deployments = {
      findApplication: () => Promise.resolve({ id: application }),
      plan: () =>
        Promise.resolve({
          accountId: 'A',
          application: { id: application, name: application, clusterKind: 'ecs' },
          package: { key: 'p/a.jar', fileName: 'a.jar' },
          release,
          version: '1',
        }),
      start: () => Promise.resolve({ id: 'D' }),
      get: () => undefined,
      onDidChange: () => ({ dispose: () => undefined }),
      whenSettled: () => Promise.resolve({ id: 'D' }),
    };
    const deps = {
      accounts: { current: { id: 'A', name: 'main' } },
      deployServices: {
        get: () => Promise.resolve({ deployments, resolve: () => Promise.resolve({}) }),
      },
      workspaceState: {
        get: (key: string, value: unknown) => state.get(key) ?? value,
        update: (key: string, value: unknown) => Promise.resolve(void state.set(key, value)),
      },
    };
    await deployUploaded(
      { key: 'p/a.jar', crc64: 1n, verified: true } as unknown as UploadedPackage,
      { application, release },
      () => undefined,
      deps as never,
      new AbortController().signal,
    );
  };

  it('saves both consents that are given while two tasks prompt at once', async () => {
    const always = 'Deploy and Do Not Ask Again';
    fakeWindow.script(press(always), press(always));
    await Promise.all([deploy('orders'), deploy('shop')]);
    assert.deepEqual([...state.values()], [['A/orders', 'A/shop']]);
    await deploy('orders');
    await deploy('shop');
    assert.equal(fakeWindow.messages.length, 2);
  });
});
