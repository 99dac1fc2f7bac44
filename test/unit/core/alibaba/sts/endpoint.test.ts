import { strict as assert } from 'node:assert';

import { stsEndpoint } from '../../../../../src/core/alibaba/sts/endpoint';
import { isRoleArn } from '../../../../../src/core/alibaba/sts/role';
import { assertFails } from '../keySources/markedKeys';

describe('stsEndpoint', () => {
  it('returns the global endpoint, that of the region, or the configured one', () => {
    assert.equal(stsEndpoint(), 'https://sts.aliyuncs.com');
    assert.equal(stsEndpoint({ regionId: 'cn-hangzhou' }), 'https://sts.cn-hangzhou.aliyuncs.com');
    const endpoint = 'sts-vpc.cn-hangzhou.aliyuncs.com';
    assert.equal(stsEndpoint({ endpoint, regionId: 'cn-beijing' }), `https://${endpoint}`);
  });

  it('rejects regions and endpoints that are more than a region ID or a host', async () => {
    for (const regionId of [
      '',
      'evil.test/',
      'cn-hangzhou.evil.test#',
      'a@b',
      'CN-HANGZHOU',
      'x',
      '-a',
      'a\nb-c',
    ]) {
      await assertFails(() => stsEndpoint({ regionId }), 'endpoint.invalid');
    }
    for (const endpoint of ['a/b', 'user@host', 'host?x', 'host#x', 'a b']) {
      await assertFails(() => stsEndpoint({ endpoint }), 'endpoint.invalid');
    }
    await assertFails(
      () => stsEndpoint({ endpoint: 'http://sts.aliyuncs.com' }),
      'endpoint.insecure',
    );
  });
});

describe('isRoleArn', () => {
  it('accepts ARNs of RAM roles only', () => {
    for (const arn of ['acs:ram::117274586608:role/deployer', 'acs:ram::1:role/a.b-c_d']) {
      assert.equal(isRoleArn(arn), true, arn);
    }
    for (const text of [
      '',
      'acs:ram:*:1:role/x',
      'deployer',
      'acs:ram::1:user/u',
      'acs:ram::x:role/r',
      'acs:ram::1:role/',
      'acs:ram::1:role/a b',
    ]) {
      assert.equal(isRoleArn(text), false, text);
    }
  });
});
