import assert from 'node:assert/strict';
import { Readable } from 'node:stream';

import { Sandbox } from '..';
import { fetchCredential, type AnsweredCredential } from './ask';
import { callOss, presign, type Call } from './oss';
import { send, type RawAnswer } from './raw';

const minutes = 60_000;
const prefix = 'release-pkg/117274586608';
const key = `${prefix}/a.jar`;
const standing = `${prefix}/standing.jar`;

describe('OSS refuses', () => {
  let sandbox: Sandbox;
  let credential: AnsweredCredential;
  before(async () => {
    sandbox = await Sandbox.start();
  });
  after(() => sandbox.stop());
  beforeEach(async () => {
    credential = await fetchCredential(sandbox);
    await callOss(sandbox, credential, { method: 'PUT', key: standing, body: 'stands' });
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
    keys?: Partial<AnsweredCredential>,
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
      'a token of someone else',
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
      'nobody (no signature)',
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
    ['uploads above the prefix', 403, 'AccessDenied', { method: 'GET', query: { uploads: null } }],
    ['another bucket', 404, 'NoSuchBucket', { ...put, bucket: 'edas-bj' }],
    [
      'to overwrite what must not be',
      409,
      'FileAlreadyExists',
      { ...put, key: standing, headers: { 'x-oss-forbid-overwrite': 'true' } },
    ],
    [
      'to start parts over it',
      409,
      'FileAlreadyExists',
      {
        method: 'POST',
        key: standing,
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
    ['an object that is not there', 404, 'NoSuchKey', { method: 'GET', key }],
    [
      'a range outside, asked strictly',
      416,
      'InvalidRange',
      {
        method: 'GET',
        key: standing,
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
      'a page of 1001',
      400,
      'InvalidArgument',
      { method: 'GET', query: { 'list-type': '2', prefix: `${prefix}/`, 'max-keys': '1001' } },
    ],
    ['a copy', 501, 'NotImplemented', { ...put, headers: { 'x-oss-copy-source': '/b/k' } }],
  ];
  for (const [title, status, code, call, keys] of rows)
    it(`${title}: ${code}`, async () => {
      const answer = await callOss(sandbox, { ...credential, ...keys }, call);
      checkRefusal(answer, status, code);
      assert.equal(sandbox.objects.exists(key), false);
      assert.equal((await sandbox.objects.read(standing)).toString(), 'stands');
    });

  it('an expired token: SecurityTokenExpired', async () => {
    sandbox.issuer.expire();
    const answer = await callOss(sandbox, credential, put);
    checkRefusal(answer, 403, 'SecurityTokenExpired');
    assert.equal(answer.headers['x-oss-ec'], '0002-00000007');
  });

  it('the account itself, who owns nothing here: AccessDenied', async () => {
    const { id, secret } = sandbox.keys[0]!;
    const answer = await callOss(sandbox, { AccessKeyId: id, AccessKeySecret: secret }, put);
    checkRefusal(answer, 403, 'AccessDenied');
  });

  it('no key of 1023 bytes, and no overwrite that is not forbidden', async () => {
    for (const longest of [`${prefix}/${'空'.repeat(332)}xy`, standing]) {
      const answer = await callOss(sandbox, credential, { ...put, key: longest });
      assert.equal(answer.status, 200);
      assert.equal((await sandbox.objects.read(longest)).toString(), 'hello world');
    }
  });

  it('a body of unknown length: MissingContentLength', async () => {
    const answer = await callOss(sandbox, credential, { ...put, body: Readable.from(['chunked']) });
    checkRefusal(answer, 411, 'MissingContentLength');
  });

  it('operations that the policy denies, HEAD by x-oss-err', async () => {
    sandbox.settings.denied = new Set(['HeadObject', 'ListParts', 'ListObjectsV2']);
    const head = await callOss(sandbox, credential, { method: 'HEAD', key: standing });
    assert.equal(head.body.length, 0);
    for (const answer of [
      head,
      await callOss(sandbox, credential, { method: 'GET', key, query: { uploadId: 'A' } }),
      await callOss(sandbox, credential, {
        method: 'GET',
        query: { 'list-type': '2', prefix: `${prefix}/` },
      }),
    ]) {
      assert.equal(answer.status, 403);
      assert.equal(answer.element('Message'), "Access denied by authorizer's policy.");
      assert.equal(answer.headers['x-oss-ec'], '0003-00000301');
    }
  });

  it('by its own clock, which it tells', async () => {
    sandbox.clock.offsetMs = -20 * minutes;
    const answer = await callOss(sandbox, credential, put);
    checkRefusal(answer, 403, 'RequestTimeTooSkewed');
    const told = Date.parse(answer.element('ServerTime')!) - Date.now();
    assert.ok(Math.abs(told + 20 * minutes) < minutes);
    assert.ok(Math.abs(Date.parse(answer.headers.date!) - Date.now() + 20 * minutes) < minutes);
    const corrected = await callOss(sandbox, credential, {
      ...put,
      key: `${prefix}/b`,
      ahead: told,
    });
    assert.equal(corrected.status, 200);
  });

  it('wrong signatures with an echo that holds the token', async () => {
    const answer = await callOss(sandbox, { ...credential, AccessKeySecret: 'wrong' }, put);
    assert.match(answer.element('StringToSign')!, /^OSS4-HMAC-SHA256\n\d{8}T\d{6}Z\n/);
    assert.match(answer.element('StringToSignBytes')!, /^4F 53 53 34 /);
    assert.ok(answer.element('CanonicalRequest')!.includes(credential.SecurityToken));
  });

  it('names of the wrong style or region', async () => {
    for (const [host, path, code] of [
      ['oss-cn-hangzhou.aliyuncs.com', '/edas-hz/x', 'SecondLevelDomainForbidden'],
      ['edas-hz.oss-cn-beijing.aliyuncs.com', '/x', 'AccessDenied'],
    ] as const) {
      const url = sandbox.ossEndpoint + path;
      const answer = await send({ method: 'GET', url, headers: { host } });
      checkRefusal(answer, 403, code);
    }
  });

  it('presigned URLs that are too early, too late, too long or changed', async () => {
    const get = (url: string) => send({ method: 'GET', url, headers: {} });
    const sign = (seconds: number, ahead = 0) =>
      presign(sandbox, credential, { method: 'GET', key: standing, seconds, ahead });
    assert.equal((await get(sign(60))).body.toString(), 'stands');
    checkRefusal(await get(sign(60, -2 * minutes)), 403, 'AccessDenied');
    checkRefusal(await get(sign(60, 16 * minutes)), 403, 'AccessDenied');
    checkRefusal(await get(sign(604_801)), 400, 'InvalidArgument');
    checkRefusal(await get(`${sign(60)}&more=1`), 403, 'SignatureDoesNotMatch');
  });
});

function checkRefusal(answer: RawAnswer, status: number, code: string): void {
  assert.equal(answer.element('Code'), code);
  assert.equal(answer.status, status);
  assert.equal(answer.headers.server, 'AliyunOSS');
  assert.match(answer.headers['x-oss-request-id'] as string, /^[0-9A-F]{24}$/);
  assert.equal(answer.element('RequestId'), answer.headers['x-oss-request-id']);
  assert.equal(answer.element('EC'), answer.headers['x-oss-ec']);
}
