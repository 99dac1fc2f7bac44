import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';

import type OSS from 'ali-oss';

import { Sandbox } from '..';
import { connectAliOss as connect } from './connectAliOss';
import { fetchCredential, type CredentialFields } from './credentialRequest';
import { send } from './raw';

for (const tls of [false, true])
  describe(`OSS sandbox called by ali-oss over ${tls ? 'https' : 'http'}`, () => {
    let sandbox: Sandbox;
    let folder: string;
    let client: OSS;
    let credential: CredentialFields;
    const inPrefix = (name: string) => `${credential.KeyPrefix}/${name}`;
    before(async () => {
      sandbox = await Sandbox.start({ tls });
      folder = await mkdtemp(path.join(tmpdir(), 'edas-sandbox-test-'));
      credential = await fetchCredential(sandbox);
      client = connect(sandbox, credential);
    });
    after(async () => {
      await sandbox.stop();
      await rm(folder, { recursive: true });
    });

    for (const name of ['a.jar', '空 格+(1)~.jar', "odd !'*%25&=#?.war", 'apps/app-1/😀.zip'])
      it(`puts, heads, gets and deletes ${name}`, async () => {
        const bytes = randomBytes(300_000);
        const put = await client.put(inPrefix(name), bytes);
        assert.equal(put.res.headers.etag, `"${md5(bytes)}"`);
        assert.deepEqual(await sandbox.objects.read(inPrefix(name)), bytes);
        const head = await client.head(inPrefix(name));
        assert.equal(head.res.headers['content-length'], '300000');
        assert.equal(
          head.res.headers['x-oss-hash-crc64ecma'],
          put.res.headers['x-oss-hash-crc64ecma'],
        );
        assert.deepEqual((await client.get(inPrefix(name))).content, bytes);
        const range = await client.get(inPrefix(name), { headers: { Range: 'bytes=100-199' } });
        assert.equal(range.res.status, 206);
        assert.deepEqual(range.content, bytes.subarray(100, 200));
        await client.delete(inPrefix(name));
        await assert.rejects(client.head(inPrefix(name)), { status: 404, code: 'NoSuchKey' });
        await client.delete(inPrefix(name)); // 204 even if the object does not exist
      });

    it('accepts a streamed body and stores its metadata', async () => {
      const bytes = randomBytes(200_000);
      await client.putStream(inPrefix('s.jar'), Readable.from([bytes]), {
        contentLength: bytes.length,
        meta: { build: 'b-17' },
      });
      const { headers } = (await client.head(inPrefix('s.jar'))).res;
      assert.equal(headers['x-oss-meta-build'], 'b-17');
      assert.equal(headers['content-type'], 'application/java-archive');
    });

    it('lists objects in pages, with common prefixes', async () => {
      const names = ['l/a 1.jar', 'l/b+2.jar', 'l/c/x.jar', 'l/c/y.jar', 'l/空.jar'];
      for (const name of names) await client.put(inPrefix(name), Buffer.from('x'));
      const query = { prefix: inPrefix('l/'), delimiter: '/', 'max-keys': 2 };
      const first = await client.listV2(query);
      assert.deepEqual(
        first.objects?.map(({ name }) => name),
        names.slice(0, 2).map(inPrefix),
      );
      assert.ok(first.isTruncated);
      const second = await client.listV2({
        ...query,
        'continuation-token': first.nextContinuationToken,
      });
      assert.deepEqual(second.prefixes, [inPrefix('l/c/')]);
      assert.deepEqual(
        second.objects?.map(({ name }) => name),
        [inPrefix('l/空.jar')],
      );
      assert.equal(second.isTruncated, false);
    });

    it('returns the CRC-64 of all bytes for a multipart upload', async () => {
      const bytes = randomBytes(1_234_567);
      const file = path.join(folder, 'big.war');
      await writeFile(file, bytes);
      const options = { partSize: 200_000, parallel: 3 };
      const response = await client.multipartUpload(inPrefix('big.war'), file, options);
      assert.deepEqual(await sandbox.objects.read(inPrefix('big.war')), bytes);
      const { headers } = (await client.put(inPrefix('same.war'), bytes)).res;
      assert.equal(response.res.headers['x-oss-hash-crc64ecma'], headers['x-oss-hash-crc64ecma']);
      assert.notEqual(
        response.res.headers.etag,
        headers.etag,
        'the ETag of a multipart object is not an MD5',
      );
      assert.equal((await client.get(inPrefix('big.war'))).content.length, bytes.length);
      assert.deepEqual(sandbox.uploads.list(), []);
    });

    it('lists and aborts multipart uploads in progress', async () => {
      const file = path.join(folder, 'parts.jar');
      await writeFile(file, randomBytes(300_000));
      const key = inPrefix('parts 1.jar');
      const { uploadId } = await client.initMultipartUpload(key);
      for (const number of [1, 2, 4])
        await client.uploadPart(key, uploadId, number, file, 0, 100_000 + number);
      const page = await client.listParts(key, uploadId, { 'max-parts': 2 });
      assert.deepEqual([page.nextPartNumberMarker, page.isTruncated], ['2', 'true']);
      const { uploads } = await client.listUploads({
        prefix: inPrefix('parts'),
        'max-uploads': 10,
      });
      assert.deepEqual([uploads].flat()[0], { ...[uploads].flat()[0], name: key, uploadId });
      await client.abortMultipartUpload(key, uploadId);
      await assert.rejects(client.listParts(key, uploadId), { status: 404, code: 'NoSuchUpload' });
    });

    it('accepts signed URLs until they or the token expire', async () => {
      await client.put(inPrefix('signed 1.jar'), Buffer.from('signed'));
      const signer = connect(sandbox, credential, true);
      const url = await signer.signatureUrlV4('GET', 60, {}, inPrefix('signed 1.jar'));
      const ca = sandbox.authority?.certificate;
      const get = () => send({ method: 'GET', url, headers: {}, ...(ca && { ca }) });
      assert.equal((await get()).body.toString(), 'signed');
      sandbox.clock.offsetMs = 61_000;
      assert.equal((await get()).element('Message'), 'Request has expired.');
      sandbox.clock.offsetMs = 0;
      sandbox.issuer.expire();
      assert.equal((await get()).element('Code'), 'SecurityTokenExpired');
      await assert.rejects(client.head(inPrefix('signed 1.jar')), {
        status: 403,
        code: 'SecurityTokenExpired',
      });
    });
  });

function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex').toUpperCase();
}
