import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';

import { Sandbox, type FaultAction } from '..';
import { fetchCredential, type CredentialFields } from './credentialRequest';
import { callOss, type Call } from './oss';

const key = 'release-pkg/117274586608/fault.jar';
const body = randomBytes(400_000);

for (const tls of [false, true])
  describe(`Faults of the sandbox over ${tls ? 'https' : 'http'}`, () => {
    let sandbox: Sandbox;
    let credential: CredentialFields;
    before(async () => {
      sandbox = await Sandbox.start({ tls });
    });
    after(() => sandbox.stop());
    beforeEach(async () => {
      credential = await fetchCredential(sandbox);
      sandbox.requestLog.clear();
    });
    afterEach(async () => {
      sandbox.faults.clear();
      await sandbox.objects.delete(key);
    });

    const put = (call: Partial<Call> = {}) =>
      callOss(sandbox, credential, { method: 'PUT', key, body, ...call });
    const get = () => callOss(sandbox, credential, { method: 'GET', key });
    const add = (action: FaultAction) => sandbox.faults.add({ operation: 'PutObject' }, action);
    const broken = { code: /^(ECONNRESET|EPIPE)$/ };

    it('reset: closes the connection after the given number of bytes, and stores nothing', async () => {
      add({ kind: 'reset', afterBytes: 100_000 });
      await assert.rejects(put(), broken);
      const entry = await sandbox.requestLog.when(({ ended }) => ended);
      assert.equal(entry.status, undefined);
      assert.ok(entry.bytesReceived >= 100_000 && entry.bytesReceived < body.length);
      assert.equal(sandbox.objects.exists(key), false);
      assert.equal((await put()).status, 200, 'a fault applies once');
    });

    it('reset: stores nothing even when all bytes were received', async () => {
      add({ kind: 'reset', afterBytes: body.length });
      await assert.rejects(put(), broken);
      const entry = await sandbox.requestLog.when(({ ended }) => ended);
      assert.deepEqual([entry.bytesReceived, entry.status], [body.length, undefined]);
      assert.equal(sandbox.objects.exists(key), false);
    });

    it('reset: also applies to requests without a body', async () => {
      for (const [operation, method, query] of [
        ['GetObject', 'GET', {}],
        ['InitiateMultipartUpload', 'POST', { uploads: null }],
      ] as const) {
        sandbox.faults.add({ operation }, { kind: 'reset' });
        await assert.rejects(callOss(sandbox, credential, { method, key, query }), broken);
      }
      assert.deepEqual(sandbox.uploads.list(), []);
    });

    it('stall: waits until the connection is closed', async () => {
      add({ kind: 'stall', afterBytes: 50_000 });
      const response = put();
      await sandbox.requestLog.when(({ bytesReceived }) => bytesReceived >= 50_000);
      assert.equal(sandbox.openConnections('oss'), 1);
      await sandbox.down('oss'); // in this test the server closes it
      await assert.rejects(response, broken);
      await sandbox.requestLog.when(({ ended, operation }) => ended && operation === 'PutObject');
      assert.equal(sandbox.objects.exists(key), false);
      await sandbox.up('oss');
    });

    it('slow, delay: process the request', async () => {
      add({ kind: 'slow', bytesPerSecond: 4_000_000 });
      assert.equal((await put()).status, 200);
      add({ kind: 'delay', ms: 5 });
      assert.equal((await put()).status, 200);
      assert.deepEqual(await sandbox.objects.read(key), body);
    });

    it('error: responds with 503 and Retry-After, and stores nothing', async () => {
      add({ kind: 'error', status: 503, code: 'ServiceUnavailable', retryAfterSeconds: 2 });
      const response = await put();
      assert.deepEqual([response.status, response.element('Code')], [503, 'ServiceUnavailable']);
      assert.equal(response.headers['retry-after'], '2');
      assert.equal(sandbox.objects.exists(key), false);
    });

    it('error with reset: responds with 403 before the body is read, then resets', async () => {
      add({ kind: 'error', status: 403, code: 'SecurityTokenExpired', reset: true });
      const large = Buffer.alloc(30_000_000);
      const seen = await put({ body: large }).then(
        ({ status }) => status,
        (error: unknown) => (error as NodeJS.ErrnoException).code,
      );
      assert.ok([403, 'ECONNRESET', 'EPIPE'].includes(seen!), `${seen}`);
      const entry = await sandbox.requestLog.when(({ ended }) => ended);
      assert.deepEqual([entry.status, entry.code], [403, 'SecurityTokenExpired']);
      assert.equal(entry.bytesReceived, 0);
    });

    it('respond: sends the given response, before or after the request is processed', async () => {
      const html = { kind: 'respond', status: 200, body: '<html>login</html>' } as const;
      add(html);
      assert.equal((await put()).body.toString(), '<html>login</html>');
      assert.equal(sandbox.objects.exists(key), false);
      add({ ...html, afterWork: true });
      assert.equal((await put()).body.toString(), '<html>login</html>');
      assert.equal(sandbox.objects.exists(key), true);
    });

    it('truncateResponse: truncates the response, in its headers if it has no body', async () => {
      add({ kind: 'truncateResponse' });
      await assert.rejects(put());
      assert.deepEqual(await sandbox.objects.read(key), body, 'the request was processed');
      sandbox.faults.add({ operation: 'GetObject' }, { kind: 'truncateResponse' });
      await assert.rejects(get(), { code: 'ECONNRESET' });
      assert.deepEqual((await get()).body, body);
    });

    it('loseResponse: processes the request and sends no response', async () => {
      add({ kind: 'loseResponse' });
      await assert.rejects(put(), broken);
      assert.deepEqual(await sandbox.objects.read(key), body);
    });

    it('crc: sends a wrong CRC-64 or none', async () => {
      const right = (await put()).headers['x-oss-hash-crc64ecma'];
      add({ kind: 'crc', value: 'wrong' });
      const wrong = (await put()).headers['x-oss-hash-crc64ecma'];
      assert.match(wrong as string, /^\d+$/);
      assert.notEqual(wrong, right);
      add({ kind: 'crc', value: 'missing' });
      assert.equal((await put()).headers['x-oss-hash-crc64ecma'], undefined);
    });

    it('corrupt: changes the stored bytes, their CRC-64 and their ETag', async () => {
      const right = await put();
      add({ kind: 'corrupt' });
      const wrong = await put();
      for (const header of ['x-oss-hash-crc64ecma', 'etag'])
        assert.notEqual(wrong.headers[header], right.headers[header]);
      assert.notDeepEqual(await sandbox.objects.read(key), body);
    });

    it('expireToken: expires the token of the request, and no other', async () => {
      const other = await fetchCredential(sandbox);
      sandbox.faults.add({ operation: 'PutObject', nth: 2 }, { kind: 'expireToken' });
      assert.equal((await put()).status, 200);
      assert.equal((await put()).element('Code'), 'SecurityTokenExpired');
      assert.equal((await get()).element('Code'), 'SecurityTokenExpired');
      assert.equal((await callOss(sandbox, other, { method: 'GET', key })).status, 200);
    });

    it('refuses connections while it is down, and listens on the same port afterwards', async () => {
      const { ossEndpoint } = sandbox;
      await sandbox.down('oss');
      await assert.rejects(put(), { code: 'ECONNREFUSED' });
      await sandbox.up('oss');
      assert.equal(sandbox.ossEndpoint, ossEndpoint);
      assert.equal((await put()).status, 200);
    });

    it('selects requests by operation, key, part number, order and number of times', () => {
      const subject = { service: 'oss', operation: 'UploadPart', key } as const;
      const { faults } = sandbox;
      const reset = { kind: 'reset' } as const;
      faults.add(
        {
          operation: ['UploadPart', 'PutObject'],
          key: /\.jar$/,
          partNumber: [2, 3],
          nth: 2,
          times: 2,
        },
        reset,
      );
      const applied = [2, 1, 3, 4, 2, 3].map(
        (partNumber) => faults.take({ ...subject, partNumber }) === reset,
      );
      assert.deepEqual(applied, [false, false, true, false, true, false]);
      assert.equal(faults.take({ ...subject, key: 'a.war', partNumber: 2 }), undefined);
      assert.deepEqual([faults.all[0]?.matched, faults.all[0]?.applied], [4, 2]);
    });
  });
