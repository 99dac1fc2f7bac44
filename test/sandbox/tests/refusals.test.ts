import assert from 'node:assert/strict';
import { Readable } from 'node:stream';

import { Sandbox } from '..';
import { fetchCredential, type CredentialFields } from './credentialRequest';
import { callOss, presign, type Call } from './oss';
import { send, type RawResponse } from './raw';

const minutes = 60_000;
const prefix = 'release-pkg/117274586608';
const key = `${prefix}/a.jar`;
const existingKey = `${prefix}/existing.jar`;

describe('OSS sandbox rejects', () => {
  let sandbox: Sandbox;
  let credential: CredentialFields;
  before(async () => {
    sandbox = await Sandbox.start();
  });
  after(() => sandbox.stop());
  beforeEach(async () => {
    credential = await fetchCredential(sandbox);
    await callOss(sandbox, credential, { method: 'PUT', key: existingKey, body: 'existing' });
  });
  afterEach(() => {
    sandbox.clock.offsetMs = 0;
    sandbox.settings.denied = new Set();
  });

  const put: Call = { method: 'PUT', key, body: 'hello world' };
  type Row = [
    title: string,
    status: number,
    code: string,
    call: Call,
    keys?: Partial<CredentialFields>,
  ];
  const rows: Row[] = [
    ['an unknown key', 403, 'InvalidAccessKeyId', put, { AccessKeyId: 'STS.Nobody' }],
    [
      'STS keys without their token',
      403,
      'InvalidAccessKeyId',
      { ...put, headers: { 'x-oss-security-token': undefined } },
    ],
    [
      'a token of another caller',
      403,
      'InvalidSecurityToken',
      { ...put, headers: { 'x-oss-security-token': 'CAISother' } },
    ],
    ['a wrong secret', 403, 'SignatureDoesNotMatch', put, { AccessKeySecret: 'wrong' }],
    [
      'a Content-Type changed after signing',
      403,
      'SignatureDoesNotMatch',
      { ...put, tampered: { 'content-type': 'text/x' } },
    ],
    [
      'an x-oss header added after signing',
      403,
      'SignatureDoesNotMatch',
      { ...put, tampered: { 'x-oss-meta-a': '1' } },
    ],
    [
      'a signature of V1',
      400,
      'InvalidArgument',
      { ...put, tampered: { authorization: 'OSS id:c2lnbmF0dXJl' } },
    ],
    [
      'a signed body hash',
      400,
      'InvalidArgument',
      { ...put, headers: { 'x-oss-content-sha256': 'a'.repeat(64) } },
    ],
    [
      'no x-oss-content-sha256',
      400,
      'InvalidArgument',
      { ...put, headers: { 'x-oss-content-sha256': undefined } },
    ],
    ['another region in the scope', 400, 'InvalidArgument', { ...put, region: 'cn-beijing' }],
    ['a clock 16 minutes behind', 403, 'RequestTimeTooSkewed', { ...put, ahead: -16 * minutes }],
    ['a clock 16 minutes ahead', 403, 'RequestTimeTooSkewed', { ...put, ahead: 16 * minutes }],
    [
      'a request without a signature',
      403,
      'AccessDenied',
      { ...put, tampered: { authorization: undefined } },
    ],
    [
      'a key outside the prefix',
      403,
      'AccessDenied',
      { ...put, key: 'release-pkg/117274586609/a.jar' },
    ],
    [
      'a key that only begins like the prefix',
      403,
      'AccessDenied',
      { ...put, key: `${prefix}0/a.jar` },
    ],
    [
      'a listing above the prefix',
      403,
      'AccessDenied',
      { method: 'GET', query: { 'list-type': '2', prefix: 'release-pkg/' } },
    ],
    [
      'a listing without prefix',
      403,
      'AccessDenied',
      { method: 'GET', query: { 'list-type': '2' } },
    ],
    [
      'a listing of uploads above the prefix',
      403,
      'AccessDenied',
      { method: 'GET', query: { uploads: null } },
    ],
    ['a PUT to another bucket', 404, 'NoSuchBucket', { ...put, bucket: 'edas-bj' }],
    [
      'a PUT to an existing key when overwriting is forbidden',
      409,
      'FileAlreadyExists',
      { ...put, key: existingKey, headers: { 'x-oss-forbid-overwrite': 'true' } },
    ],
    [
      'a multipart upload to an existing key when overwriting is forbidden',
      409,
      'FileAlreadyExists',
      {
        method: 'POST',
        key: existingKey,
        query: { uploads: null },
        headers: { 'x-oss-forbid-overwrite': 'true' },
      },
    ],
    [
      'a wrong Content-MD5',
      400,
      'InvalidDigest',
      { ...put, headers: { 'content-md5': 'ICy5YqxZB1uWSwcVLSNLcA==' } },
    ],
    [
      'a key of 1024 bytes',
      400,
      'InvalidObjectName',
      { ...put, key: `${prefix}/${'空'.repeat(333)}` },
    ],
    ['a key that begins with a backslash', 400, 'InvalidObjectName', { ...put, key: '\\a.jar' }],
    ['a GET of an object that does not exist', 404, 'NoSuchKey', { method: 'GET', key }],
    [
      'a range outside the object when standard range behavior is set',
      416,
      'InvalidRange',
      {
        method: 'GET',
        key: existingKey,
        headers: { range: 'bytes=100-', 'x-oss-range-behavior': 'standard' },
      },
    ],
    [
      'part number 0',
      400,
      'InvalidArgument',
      { ...put, query: { partNumber: '0', uploadId: 'A' } },
    ],
    [
      'part number 10001',
      400,
      'InvalidArgument',
      { ...put, query: { partNumber: '10001', uploadId: 'A' } },
    ],
    [
      'an unknown upload',
      404,
      'NoSuchUpload',
      { ...put, query: { partNumber: '1', uploadId: 'A' } },
    ],
    [
      'a listing with pages of 1001 objects',
      400,
      'InvalidArgument',
      { method: 'GET', query: { 'list-type': '2', prefix: `${prefix}/`, 'max-keys': '1001' } },
    ],
    ['a copy', 501, 'NotImplemented', { ...put, headers: { 'x-oss-copy-source': '/b/k' } }],
  ];
  for (const [title, status, code, call, keys] of rows)
    it(`${title} with ${code}`, async () => {
      const response = await callOss(sandbox, { ...credential, ...keys }, call);
      checkRefusal(response, status, code);
      assert.equal(sandbox.objects.exists(key), false);
      assert.equal((await sandbox.objects.read(existingKey)).toString(), 'existing');
    });

  it('an expired token with SecurityTokenExpired', async () => {
    sandbox.issuer.expire();
    const response = await callOss(sandbox, credential, put);
    checkRefusal(response, 403, 'SecurityTokenExpired');
    assert.equal(response.headers['x-oss-ec'], '0002-00000007');
  });

  it("the account's own AccessKey with AccessDenied", async () => {
    const { id, secret } = sandbox.keys[0]!;
    const response = await callOss(sandbox, { AccessKeyId: id, AccessKeySecret: secret }, put);
    checkRefusal(response, 403, 'AccessDenied');
  });

  it('neither a key of 1023 bytes nor an overwrite that is allowed', async () => {
    for (const longest of [`${prefix}/${'空'.repeat(332)}xy`, existingKey]) {
      const response = await callOss(sandbox, credential, { ...put, key: longest });
      assert.equal(response.status, 200);
      assert.equal((await sandbox.objects.read(longest)).toString(), 'hello world');
    }
  });

  it('a body of unknown length with MissingContentLength', async () => {
    const response = await callOss(sandbox, credential, {
      ...put,
      body: Readable.from(['chunked']),
    });
    checkRefusal(response, 411, 'MissingContentLength');
  });

  it('operations that the policy denies, with the error of HEAD in x-oss-err', async () => {
    sandbox.settings.denied = new Set(['HeadObject', 'ListParts', 'ListObjectsV2']);
    const head = await callOss(sandbox, credential, { method: 'HEAD', key: existingKey });
    assert.equal(head.body.length, 0);
    for (const response of [
      head,
      await callOss(sandbox, credential, { method: 'GET', key, query: { uploadId: 'A' } }),
      await callOss(sandbox, credential, {
        method: 'GET',
        query: { 'list-type': '2', prefix: `${prefix}/` },
      }),
    ]) {
      assert.equal(response.status, 403);
      assert.equal(response.element('Message'), "Access denied by authorizer's policy.");
      assert.equal(response.headers['x-oss-ec'], '0003-00000301');
    }
  });

  it('requests whose time is too far from its own clock, and returns its time', async () => {
    sandbox.clock.offsetMs = -20 * minutes;
    const response = await callOss(sandbox, credential, put);
    checkRefusal(response, 403, 'RequestTimeTooSkewed');
    const offsetMs = Date.parse(response.element('ServerTime')!) - Date.now();
    assert.ok(Math.abs(offsetMs + 20 * minutes) < minutes);
    assert.ok(Math.abs(Date.parse(response.headers.date!) - Date.now() + 20 * minutes) < minutes);
    const corrected = await callOss(sandbox, credential, {
      ...put,
      key: `${prefix}/b`,
      ahead: offsetMs,
    });
    assert.equal(corrected.status, 200);
  });

  it('wrong signatures, and returns the canonical request, which contains the token', async () => {
    const response = await callOss(sandbox, { ...credential, AccessKeySecret: 'wrong' }, put);
    assert.match(response.element('StringToSign')!, /^OSS4-HMAC-SHA256\n\d{8}T\d{6}Z\n/);
    assert.match(response.element('StringToSignBytes')!, /^4F 53 53 34 /);
    assert.ok(response.element('CanonicalRequest')!.includes(credential.SecurityToken));
  });

  it('host names of the wrong style or region', async () => {
    for (const [host, path, code] of [
      ['oss-cn-hangzhou.aliyuncs.com', '/edas-hz/x', 'SecondLevelDomainForbidden'],
      ['edas-hz.oss-cn-beijing.aliyuncs.com', '/x', 'AccessDenied'],
    ] as const) {
      const url = sandbox.ossEndpoint + path;
      const response = await send({ method: 'GET', url, headers: { host } });
      checkRefusal(response, 403, code);
    }
  });

  it('presigned URLs that are not valid yet, expired, too long-lived or changed', async () => {
    const get = (url: string) => send({ method: 'GET', url, headers: {} });
    const sign = (seconds: number, ahead = 0) =>
      presign(sandbox, credential, { method: 'GET', key: existingKey, seconds, ahead });
    assert.equal((await get(sign(60))).body.toString(), 'existing');
    checkRefusal(await get(sign(60, -2 * minutes)), 403, 'AccessDenied');
    checkRefusal(await get(sign(60, 16 * minutes)), 403, 'AccessDenied');
    checkRefusal(await get(sign(604_801)), 400, 'InvalidArgument');
    checkRefusal(await get(`${sign(60)}&more=1`), 403, 'SignatureDoesNotMatch');
  });
});

function checkRefusal(response: RawResponse, status: number, code: string): void {
  assert.equal(response.element('Code'), code);
  assert.equal(response.status, status);
  assert.equal(response.headers.server, 'AliyunOSS');
  assert.match(response.headers['x-oss-request-id'] as string, /^[0-9A-F]{24}$/);
  assert.equal(response.element('RequestId'), response.headers['x-oss-request-id']);
  assert.equal(response.element('EC'), response.headers['x-oss-ec']);
}
