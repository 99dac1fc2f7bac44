import assert from 'node:assert/strict';
import { parseCredentialResponse } from '../../../../../src/core/alibaba/edas/credentialResponse';
import { failure } from '../../../support/coded';
import { now } from '../../../support/credential';
import { credentialResponse, type CredentialFields } from './responseFixture';

const facts = { host: 'edas.cn-hangzhou.aliyuncs.com', httpStatus: 200 };

describe('parseCredentialResponse', () => {
  it('reads every field of the credential', () => {
    const credential = parseCredentialResponse(credentialResponse(), now, facts);
    assert.deepEqual(
      { ...credential, accessKeySecret: undefined, securityToken: undefined },
      {
        accessKeyId: 'STS.NUtestid0001',
        accessKeySecret: undefined,
        securityToken: undefined,
        expiresAt: now + 3_600_000,
        fetchedAt: now,
        bucket: 'edas-hz',
        keyPrefix: 'release-pkg/117274586608',
        regionId: 'cn-hangzhou',
        endpoints: {
          public: 'https://oss-cn-hangzhou.aliyuncs.com',
          internal: 'https://oss-cn-hangzhou-internal.aliyuncs.com',
          vpc: 'https://oss-cn-hangzhou-internal.aliyuncs.com',
        },
        requestId: '4823B8B4-2F4A-4B4E-8C8B-AE1E8C3C9D2A',
      },
    );
    assert.equal(credential.accessKeySecret.reveal(), 'sts-secret-that-nobody-sees');
    assert.equal(credential.securityToken.reveal(), 'CAIS+tok/en==');
  });

  for (const name of Object.keys(credentialResponse().Credential)) {
    const responseWith = (value: unknown): unknown => credentialResponse({ [name]: value });
    for (const [description, value, detail] of [
      ['missing', undefined, 'missing'],
      ['null', null, 'missing'],
      ['empty', '', 'empty'],
      ['blank', '  ', 'empty'],
      ['a number', 7, 'malformed'],
      ['an object', {}, 'malformed'],
      ['a text with a control character', 'a\nb', 'malformed'],
    ] as const) {
      it(`rejects a response whose ${name} is ${description}`, () =>
        failure(
          () => parseCredentialResponse(responseWith(value), now, facts),
          'edas.credentialMalformed',
          {
            ...facts,
            subject: name,
            detail,
          },
        ));
    }
  }

  for (const name of ['Message', 'RequestId', 'Credential'] as const) {
    for (const value of [undefined, null, '', 7, []]) {
      it(`rejects a response whose ${name} is ${JSON.stringify(value)}`, () =>
        failure(
          () => parseCredentialResponse({ ...credentialResponse(), [name]: value }, now, facts),
          'edas.credentialMalformed',
          { subject: name },
        ));
    }
  }

  const malformed: readonly (readonly [keyof CredentialFields, string])[] = [
    ['Expiration', 'tomorrow'],
    ['Expiration', '2024-03-01'],
    ['Expiration', '2024-02-31T00:00:00Z'],
    ['Expiration', '2024-03-01T01:00:00+08:00'],
    ['Expiration', '1709258400'],
    ['Bucket', 'Edas_HZ'],
    ['Bucket', 'edas-hz.evil.example'],
    ['Bucket', 'ab'],
    ['Bucket', 'edas-hz/'],
    ['KeyPrefix', '/'],
    ['KeyPrefix', '/release-pkg'],
    ['KeyPrefix', '\\release-pkg'],
    ['KeyPrefix', 'release-pkg//117'],
    ['KeyPrefix', 'release-pkg/117//'],
    ['KeyPrefix', 'release-pkg/../117'],
    ['KeyPrefix', '..'],
    ['KeyPrefix', 'half\ud800'],
    ['RegionId', 'cn-hangzhou.evil'],
    ['RegionId', 'CN-HANGZHOU'],
    ['OssPublicEndpoint', 'oss-cn-hangzhou.aliyuncs.com/path'],
    ['OssPublicEndpoint', 'user@oss-cn-hangzhou.aliyuncs.com'],
    ['OssPublicEndpoint', 'http://oss-cn-hangzhou.aliyuncs.com'],
    ['OssPublicEndpoint', 'oss-cn-hangzhou.aliyuncs.com:8443'],
    ['OssVpcEndpoint', 'ftp://oss-cn-hangzhou.aliyuncs.com'],
    ['OssInternalEndpoint', 'oss cn'],
    ['AccessKeyId', 'STS. x'],
    ['SecurityToken', 'tökén'],
  ];
  for (const [name, value] of malformed) {
    it(`rejects the ${name} ${JSON.stringify(value)} without quoting it`, async () => {
      const error = await failure(
        () => parseCredentialResponse(credentialResponse({ [name]: value }), now, facts),
        'edas.credentialMalformed',
        { subject: name, detail: 'malformed' },
      );
      assert.ok(!JSON.stringify(error.facts).includes(JSON.stringify(value)));
    });
  }

  it('reports the request ID of a rejected response, unless it might be a secret', async () => {
    const { RequestId } = credentialResponse();
    const rejected = (requestId: unknown) =>
      failure(
        () =>
          parseCredentialResponse(
            { ...credentialResponse({ Bucket: '' }), RequestId: requestId },
            now,
            facts,
          ),
        'edas.credentialMalformed',
      );
    assert.equal((await rejected(RequestId)).facts.requestId, RequestId);
    for (const other of [
      'sts-secret-that-nobody-sees',
      '',
      7,
      undefined,
      `${RequestId} and more`,
    ]) {
      assert.equal((await rejected(other)).facts.requestId, undefined);
    }
  });

  it('removes the trailing slash of the package prefix', () => {
    const { keyPrefix } = parseCredentialResponse(
      credentialResponse({ KeyPrefix: 'release-pkg/117/' }),
      now,
      facts,
    );
    assert.equal(keyPrefix, 'release-pkg/117');
  });

  describe('OSS endpoint in the response', () => {
    const alibabaCloud = 'edas.cn-hangzhou.aliyuncs.com';
    for (const [edasHost, endpoint, isAccepted] of [
      ['127.0.0.1:18400', 'http://127.0.0.2:18401', true],
      ['localhost:18400', 'localhost:18402', true],
      [alibabaCloud, 'http://127.0.0.1:6379', false],
      [alibabaCloud, 'https://[::1]:9000', false],
      [alibabaCloud, 'oss-cn-hangzhou.aliyuncs.com', true],
      [alibabaCloud, 'oss-cn-hangzhou.aliyuncs.com.evil.example', false],
      [alibabaCloud, 'oss.example.com', false],
      [alibabaCloud, 'evilaliyuncs.com', false],
      ['edas.example.com', 'oss.example.com', true],
      ['edas.example.com', 'oss-cn-hangzhou.aliyuncs.com', true],
      ['edas.example.com', 'http://127.0.0.1:6379', false],
      ['edas.example.com', 'oss.example.com:8443', false],
    ] as const) {
      it(`${isAccepted ? 'accepts' : 'rejects'} ${endpoint} from ${edasHost}`, () => {
        const parse = (): unknown =>
          parseCredentialResponse(credentialResponse({ OssPublicEndpoint: endpoint }), now, {
            ...facts,
            host: edasHost,
          });
        if (isAccepted) {
          assert.doesNotThrow(parse);
        } else {
          assert.throws(parse, { code: 'edas.credentialMalformed' });
        }
      });
    }
  });

  for (const [field, value] of [
    ['KeyPrefix', 'release-pkg/\u202egpj.exe'],
    ['KeyPrefix', 'release-pkg/a\u2019; calc.exe; \u2018b'],
    ['KeyPrefix', 'release-pkg/$(id)'],
    ['KeyPrefix', 'release-pkg/`id`'],
    ['KeyPrefix', 'release-pkg/a"b'],
    ['KeyPrefix', "release-pkg/a'b"],
    ['KeyPrefix', 'release-pkg/%PATH%'],
    ['KeyPrefix', 'release-pkg/a&b'],
    ['SecurityToken', 'x"&calc.exe&rem"'],
    ['SecurityToken', 'a%b'],
    ['AccessKeySecret', "a'b"],
    ['AccessKeyId', 'a b'],
  ] as const) {
    it(`rejects a value of ${field} that is unsafe in a shell or on screen: ${value}`, () => {
      const parse = (): unknown =>
        parseCredentialResponse(credentialResponse({ [field]: value }), now, facts);
      assert.throws(parse, { code: 'edas.credentialMalformed' });
    });
  }

  for (const ms of [0, -1000, -3_600_000]) {
    it(`rejects a credential that expired ${-ms} ms ago`, () =>
      failure(
        () =>
          parseCredentialResponse(credentialResponse({ Expiration: iso(now + ms) }), now, facts),
        'edas.credentialExpired',
        { subject: 'Expiration', detail: new Date(now + ms).toISOString() },
      ));
  }

  it('does not put a secret from the field RequestId into the error message', async () => {
    const secret = 'sts-secret-that-nobody-sees';
    const error = await failure(
      () => parseCredentialResponse({ ...credentialResponse(), RequestId: secret }, now, facts),
      'edas.credentialMalformed',
      { subject: 'RequestId' },
    );
    assert.ok(!error.message.includes(secret));
  });

  it('ignores inherited properties', () => {
    const Credential: unknown = Object.create(credentialResponse().Credential);
    return failure(
      () => parseCredentialResponse({ ...credentialResponse(), Credential }, now, facts),
      'edas.credentialMalformed',
      { subject: 'AccessKeyId', detail: 'missing' },
    );
  });
});

function iso(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
