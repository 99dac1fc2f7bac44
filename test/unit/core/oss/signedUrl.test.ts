import assert from 'node:assert/strict';
import { consoleUrl, deployUrl, ossUri } from '../../../../src/core/oss/signedUrl';
import { credential } from '../../support/credential';

const key = 'release-pkg/1/空 格+(1)~.jar';

describe('Links to an object', () => {
  it('as ossutil writes it', () => {
    assert.equal(ossUri(credential(), key), 'oss://edas-hz/release-pkg/1/空 格+(1)~.jar');
  });

  it('for an EDAS deployment: internal host, unsigned, spaces as %20', () => {
    assert.equal(
      deployUrl(credential(), key),
      'https://edas-hz.oss-cn-hangzhou-internal.aliyuncs.com/release-pkg/1/%E7%A9%BA%20%E6%A0%BC%2B%281%29~.jar',
    );
  });

  it('for a private cloud: with the endpoint that the credential names', () => {
    const endpoints = { ...credential().endpoints, internal: 'https://oss.cloud.example' };
    const own = credential({ endpoints });
    assert.equal(deployUrl(own, 'p/a.jar'), 'https://edas-hz.oss.cloud.example/p/a.jar');
  });

  it('to the region in the console', () => {
    assert.equal(
      consoleUrl('cn-shanghai'),
      'https://edasnext.console.aliyun.com/#/app?regionNo=cn-shanghai&resourceGroupId=all',
    );
    assert.ok(!consoleUrl('x&y=z').includes('x&y'));
  });
});
