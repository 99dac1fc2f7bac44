import assert from 'node:assert/strict';
import { CodedError } from '../../../../src/core/errors/catalogue';
import { ListPermission } from '../../../../src/features/packages/listPermission';
import { failure } from '../../support/coded';
import { credential } from '../../support/credential';

describe('The permission to list packages', () => {
  const first = credential();
  const second = credential({ accessKeyId: 'STS.NUtestid0002' });
  const refuse = (): Promise<never> =>
    Promise.reject(new CodedError('oss.accessDenied', { requestId: 'R1' }));
  const allow = (): Promise<string> => Promise.resolve('page');
  let permission: ListPermission;
  beforeEach(() => {
    permission = new ListPermission();
  });

  it('is requested once: a refusal is remembered, with its request id', async () => {
    await failure(() => permission.use(first, refuse), 'oss.accessDenied');
    await failure(() => permission.use(first, allow), 'oss.accessDenied', { requestId: 'R1' });
  });

  it('is requested again with another credential', async () => {
    await failure(() => permission.use(first, refuse), 'oss.accessDenied');
    assert.equal(await permission.use(second, allow), 'page');
  });

  it('is not lost by a refusal that arrives late, for an earlier credential', async () => {
    const late = permission.use(first, async () => {
      await permission.use(second, allow);
      return refuse();
    });
    await failure(() => late, 'oss.accessDenied');
    assert.equal(await permission.use(second, allow), 'page');
  });

  it('is not lost by other failures', async () => {
    const reset = new CodedError('network.reset');
    await failure(() => permission.use(first, () => Promise.reject(reset)), 'network.reset');
    assert.equal(await permission.use(first, allow), 'page');
  });
});
