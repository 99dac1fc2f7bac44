import assert from 'node:assert/strict';
import { consoleUrl, deployUrl, ossUri } from '../../../../src/core/oss/signedUrl';
import { credential } from '../../support/credential';

const key = 'release-pkg/1/空 格+(1)~.jar';

describe('Object URLs', () => {
  it('ossUri returns the notation of ossutil', () => {
    assert.equal(ossUri(credential(), key), 'oss://edas-hz/release-pkg/1/空 格+(1)~.jar');
  });

  it('deployUrl returns the internal host, without a signature and with spaces as %20', () => {
    assert.equal(
      deployUrl(credential(), key),
      'https://edas-hz.oss-cn-hangzhou-internal.aliyuncs.com/release-pkg/1/%E7%A9%BA%20%E6%A0%BC%2B%281%29~.jar',
    );
  });

  it('deployUrl uses the endpoint of the credential in a private cloud', () => {
    const endpoints = { ...credential().endpoints, internal: 'https://oss.cloud.example' };
    const privateCloud = credential({ endpoints });
    assert.equal(deployUrl(privateCloud, 'p/a.jar'), 'https://edas-hz.oss.cloud.example/p/a.jar');
  });

  it('consoleUrl returns the page of the region, with the region encoded', () => {
    assert.equal(
      consoleUrl('cn-shanghai'),
      'https://edasnext.console.aliyun.com/#/app?regionNo=cn-shanghai&resourceGroupId=all',
    );
    assert.ok(!consoleUrl('x&y=z').includes('x&y'));
  });
});
