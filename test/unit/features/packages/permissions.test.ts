import assert from 'node:assert/strict';
import { CodedError } from '../../../../src/core/errors/catalogue';
import { Permissions } from '../../../../src/features/packages/permissions';
import { failure } from '../../support/coded';
import { credential } from '../../support/credential';

describe('Rights of a credential', () => {
  const first = credential();
  const second = credential({ accessKeyId: 'STS.NUtestid0002' });
  const refuse = (): Promise<never> =>
    Promise.reject(new CodedError('oss.accessDenied', { requestId: 'R1' }));
  let rights: Permissions;
  let changes: number;
  beforeEach(() => {
    rights = new Permissions();
    changes = 0;
    rights.onDidChange(() => changes++);
  });

  it('are tried once: a refusal is remembered, with its reference', async () => {
    let tries = 0;
    const denied = (): Promise<never> => {
      tries++;
      return refuse();
    };
    await failure(() => rights.use('list', first, denied), 'oss.accessDenied');
    await failure(() => rights.use('list', first, denied), 'oss.accessDenied', { requestId: 'R1' });
    assert.deepEqual([tries, changes], [1, 1]);
  });

  it('do not take one another away', async () => {
    await failure(() => rights.use('delete', first, refuse), 'oss.accessDenied');
    assert.equal(await rights.use('get', first, () => Promise.resolve('bytes')), 'bytes');
    assert.deepEqual([rights.isDenied('delete'), rights.isDenied('get')], [true, false]);
  });

  it('are tried again with another credential', async () => {
    await failure(() => rights.use('get', first, refuse), 'oss.accessDenied');
    rights.see(first);
    assert.equal(rights.isDenied('get'), true);
    assert.equal(await rights.use('get', second, () => Promise.resolve('bytes')), 'bytes');
    assert.equal(rights.isDenied('get'), false);
    assert.equal(changes, 2);
  });

  it('are not lost by a refusal that comes late, for a credential of before', async () => {
    await failure(
      () =>
        rights.use('get', first, () => {
          rights.see(second);
          return refuse();
        }),
      'oss.accessDenied',
    );
    assert.equal(rights.isDenied('get'), false);
  });

  it('are not taken away by other failures', async () => {
    const reset = new CodedError('network.reset');
    await failure(() => rights.use('get', first, () => Promise.reject(reset)), 'network.reset');
    assert.deepEqual([rights.isDenied('get'), changes], [false, 0]);
  });
});
