import assert from 'node:assert/strict';
import { CodedError } from '../../../../src/core/errors/catalogue';
import { ListPermission } from '../../../../src/features/packages/listPermission';
import { failure } from '../../support/coded';
import { credential } from '../../support/credential';

describe('ListPermission', () => {
  const first = credential();
  const second = credential({ accessKeyId: 'STS.NUtestid0002' });
  const deny = (): Promise<never> =>
    Promise.reject(new CodedError('oss.accessDenied', { requestId: 'R1' }));
  const allow = (): Promise<string> => Promise.resolve('page');
  let permission: ListPermission;
  beforeEach(() => {
    permission = new ListPermission();
  });

  it('remembers a denial for the credential, with its request ID', async () => {
    await failure(() => permission.use(first, deny), 'oss.accessDenied');
    await failure(() => permission.use(first, allow), 'oss.accessDenied', { requestId: 'R1' });
  });

  it('sends the request with another credential after a denial', async () => {
    await failure(() => permission.use(first, deny), 'oss.accessDenied');
    assert.equal(await permission.use(second, allow), 'page');
  });

  it('ignores a late denial for an earlier credential', async () => {
    const late = permission.use(first, async () => {
      await permission.use(second, allow);
      return deny();
    });
    await failure(() => late, 'oss.accessDenied');
    assert.equal(await permission.use(second, allow), 'page');
  });

  it('does not remember other failures', async () => {
    const reset = new CodedError('network.reset');
    await failure(() => permission.use(first, () => Promise.reject(reset)), 'network.reset');
    assert.equal(await permission.use(first, allow), 'page');
  });
});
