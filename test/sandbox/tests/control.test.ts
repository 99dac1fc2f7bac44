import assert from 'node:assert/strict';

import { Sandbox, SandboxRemote } from '..';
import { requestCredential, fetchCredential } from './credentialRequest';
import { callOss } from './oss';

const key = 'release-pkg/117274586608/remote.jar';

describe('Control endpoint of the sandbox', () => {
  let sandbox: Sandbox;
  let remote: SandboxRemote;
  before(async () => {
    sandbox = await Sandbox.start({ control: true });
    remote = new SandboxRemote(sandbox.controlEndpoint!);
  });
  after(() => sandbox.stop());

  it('returns the stored objects and the request log, without secrets', async () => {
    const credential = await fetchCredential(sandbox);
    await callOss(sandbox, credential, { method: 'PUT', key, body: '123456789' });
    const state = await remote.call('state', { prefix: key });
    assert.deepEqual(
      state.objects.map(({ size, crc64 }) => [size, crc64]),
      [[9, '11051210869376104954']],
    );
    assert.deepEqual(
      state.requestLog.map(({ operation, status }) => [operation, status]),
      [
        ['GetPackageStorageCredential', 200],
        ['PutObject', 200],
      ],
    );
    assert.equal(state.connections.oss, 1);
    const { SecurityToken, AccessKeySecret } = credential;
    for (const secret of [SecurityToken, AccessKeySecret])
      assert.ok(!JSON.stringify(state).includes(secret));
    assert.equal(Buffer.from(await remote.call('read', { key }), 'base64').toString(), '123456789');
    await remote.call('deleteObject', { key });
    assert.equal(sandbox.objects.exists(key), false);
  });

  it('controls faults, settings, the clock and connections', async () => {
    const action = { kind: 'error', status: 503, code: 'ServiceUnavailable' } as const;
    await remote.call('addFault', { match: { service: 'edas', times: 99 }, action });
    assert.equal((await requestCredential(sandbox)).status, 503);
    await remote.call('clearFaults');
    await remote.call('set', { credentialSeconds: 7, denied: ['HeadObject'], clockOffsetMs: 5000 });
    const credential = await fetchCredential(sandbox);
    const durationMs = Date.parse(credential.Expiration) - Date.now() - 5000;
    assert.ok(durationMs > 0 && durationMs <= 7000);
    const head = () => callOss(sandbox, credential, { method: 'HEAD', key });
    assert.equal((await head()).element('Code'), 'AccessDenied');
    await remote.call('expireCredentials');
    assert.equal((await head()).element('Code'), 'SecurityTokenExpired');
    await remote.call('down', { service: 'oss' });
    await assert.rejects(head(), { code: 'ECONNREFUSED' });
    await remote.call('up', { service: 'oss' });
    assert.equal((await head()).status, 403);
    await assert.rejects(remote.call('read', { key: 'not there' }), /no object/);
  });
});
