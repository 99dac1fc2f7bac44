import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { Sandbox, type StoreMode } from '..';
import { fetchCredential } from './credentialRequest';
import { callOss } from './oss';

const key = 'release-pkg/117274586608/store.jar';
const body = randomBytes(200_000);

describe('Storage of the sandbox', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'edas-sandbox-test-'));
  });
  after(() => rm(folder, { recursive: true }));

  const put = async (store: StoreMode) => {
    const sandbox = await Sandbox.start({ store, folder: path.join(folder, store) });
    const credential = await fetchCredential(sandbox);
    const response = await callOss(sandbox, credential, { method: 'PUT', key, body });
    return { sandbox, credential, response };
  };

  it('stores bodies on disk, and removes those of replaced, incomplete and deleted objects', async () => {
    const { sandbox, credential, response } = await put('disk');
    const files = () => readdir(path.join(folder, 'disk'));
    assert.equal((await files()).length, 1);
    await callOss(sandbox, credential, { method: 'PUT', key, body: 'other' });
    sandbox.faults.add({ operation: 'PutObject' }, { kind: 'reset', afterBytes: 1 });
    await assert.rejects(callOss(sandbox, credential, { method: 'PUT', key, body }));
    await sandbox.requestLog.when((entry) => entry.ended && entry.status === undefined);
    assert.equal((await files()).length, 1);
    await callOss(sandbox, credential, { method: 'DELETE', key });
    assert.deepEqual(await files(), []);
    assert.equal(response.headers['content-md5'] !== undefined, true);
    await sandbox.stop();
  });

  it('computes the same CRC-64 in discard mode, and none in sink mode', async () => {
    const crcs: unknown[] = [];
    for (const mode of ['disk', 'discard', 'sink'] as const) {
      const { sandbox, response } = await put(mode);
      assert.equal(response.status, 200);
      assert.equal(sandbox.objects.get(key)?.size, body.length);
      assert.equal(sandbox.requestLog.bytesReceived({ key }), body.length);
      if (mode !== 'disk') assert.deepEqual(await readdir(path.join(folder, mode)), []);
      crcs.push(response.headers['x-oss-hash-crc64ecma']);
      await sandbox.stop();
    }
    assert.match(crcs[0] as string, /^\d+$/);
    assert.deepEqual(crcs, [crcs[0], crcs[0], undefined]);
  });

  it('removes its temporary folder when it stops', async () => {
    const sandbox = await Sandbox.start({ tls: true });
    const file = await sandbox.writeAuthority();
    assert.deepEqual(await readdir(path.dirname(file)), ['sandbox-authority.pem']);
    await sandbox.stop();
    await assert.rejects(readdir(path.dirname(file)), { code: 'ENOENT' });
  });
});
