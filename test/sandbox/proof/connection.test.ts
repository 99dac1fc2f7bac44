import assert from 'node:assert/strict';

import { Sandbox, TestAuthority } from '..';
import { ServerClock } from '../../../src/core/util/clock';
import { EdasApi } from '../../../src/core/alibaba/edas/edasApi';
import {
  testConnection,
  type ConnectionReport,
} from '../../../src/core/alibaba/edas/connectionCheck';
import type { AccessKeys } from '../../../src/core/alibaba/edas/credential';
import { certificateProblem } from '../../../src/core/http/certificate';
import { createHttpClient } from '../../../src/core/http/client';
import { CodedError } from '../../../src/core/errors/catalogue';
import { silentLog } from '../../../src/core/util/log';
import { Secret } from '../../../src/core/util/secret';
import { startServer } from '../../unit/core/http/server';

const twentyMinutes = 20 * 60_000;

describe('Connection test', () => {
  const http = createHttpClient();
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await Sandbox.start();
  });
  after(async () => {
    http.dispose();
    await sandbox.stop();
  });
  afterEach(() => {
    sandbox.faults.clear();
    sandbox.settings.regionOffered = true;
  });

  /** Keys of the sandbox, with some of them changed. */
  function keysOf(index: number, change: Partial<{ id: string; secret: string }> = {}): AccessKeys {
    const { id, secret } = { ...sandbox.keys[index]!, ...change };
    return { accessKeyId: id, accessKeySecret: new Secret(secret) };
  }

  function test(
    keys: AccessKeys = keysOf(0),
    endpoint = sandbox.edasEndpoint,
    clock = new ServerClock(),
  ): Promise<ConnectionReport> {
    const edas = new EdasApi(http, clock, silentLog);
    const connection = { keys: () => Promise.resolve(keys), endpoint };
    return testConnection(edas, clock, connection);
  }

  /** The stage, the code, and what else a diagnosis has to tell. */
  async function told(report: Promise<ConnectionReport>): Promise<unknown[]> {
    const found = await report;
    assert.ok(!found.ok, 'the test was to fail');
    const { step, error, permission } = found.diagnosis;
    const isTls = error.code === 'network.tls';
    const more = isTls ? certificateProblem(error.facts.detail) : permission?.action;
    return [step, error.code, more].filter(Boolean);
  }

  it('gives the credential when all is well', async () => {
    const report = await test();
    assert.ok(report.ok);
    assert.equal(report.credential.keyPrefix, sandbox.keyPrefix);
    assert.equal(report.clockOffsetMs, 0);
  });

  it('tells what is wrong with the keys', async () => {
    assert.deepEqual(await told(test(keysOf(0, { id: 'LTAI5tNobodyKnowsThis' }))), [
      'identity',
      'edas.unknownAccessKey',
    ]);
    assert.deepEqual(await told(test(keysOf(2))), ['identity', 'edas.accessKeyDisabled']);
    assert.deepEqual(await told(test(keysOf(0, { secret: 'AnotherSecretAltogether0000001' }))), [
      'identity',
      'edas.wrongSecret',
    ]);
  });

  it('names the permission that is missing, with a policy to copy', async () => {
    const report = await test(keysOf(3));
    assert.ok(!report.ok);
    const { step: stage, permission } = report.diagnosis;
    assert.equal(stage, 'permission');
    assert.equal(permission?.action, 'edas:GetPackageStorageCredential');
    assert.deepEqual(JSON.parse(permission.policy), {
      Version: '1',
      Statement: [
        { Effect: 'Allow', Action: ['edas:GetPackageStorageCredential'], Resource: ['*'] },
      ],
    });
  });

  it('believes the server about which permission it is', async () => {
    const body = JSON.stringify({
      Code: 'NoPermission',
      RequestId: 'R',
      Message: 'no',
      AccessDeniedDetail: { AuthAction: 'edas:SystemBase' },
    });
    sandbox.faults.add({ service: 'edas' }, { kind: 'answer', status: 403, body });
    assert.deepEqual(await told(test()), ['permission', 'edas.noPermission', 'edas:SystemBase']);
  });

  it('tells a region without EDAS', async () => {
    sandbox.settings.regionOffered = false;
    assert.deepEqual(await told(test()), ['region', 'edas.notOffered']);
  });

  it('tells how long to wait', async () => {
    const headers = { 'x-acs-retry-after': '1500' };
    const code = 'Throttling.User';
    sandbox.faults.add({ service: 'edas' }, { kind: 'error', status: 400, code, headers });
    const report = await test();
    assert.ok(!report.ok);
    assert.equal(report.diagnosis.step, 'pace');
    assert.equal(report.diagnosis.error.facts.retryAfterMs, 1500);
  });

  it('tells how far the clock is off, whether or not that could be made good', async () => {
    for (const offMs of [-twentyMinutes, twentyMinutes]) {
      const report = await test(
        keysOf(0),
        sandbox.edasEndpoint,
        new ServerClock(() => Date.now() + offMs),
      );
      assert.ok(report.ok, 'one correction is enough');
      assert.ok(Math.abs(report.clockOffsetMs + offMs) < 60_000, String(report.clockOffsetMs));
    }
    const code = 'InvalidTimeStamp.Expired';
    sandbox.faults.add({ service: 'edas', times: Infinity }, { kind: 'error', status: 400, code });
    const clock = new ServerClock(() => Date.now() - twentyMinutes);
    const report = await test(keysOf(0), sandbox.edasEndpoint, clock);
    assert.ok(!report.ok);
    assert.equal(report.diagnosis.step, 'clock');
    const told = report.diagnosis.error.facts.clockOffsetMs ?? 0;
    assert.ok(Math.abs(told - twentyMinutes) < 60_000, String(told));
  });

  it('tells a name that is not found, and a port where nobody listens', async () => {
    assert.deepEqual(await told(test(keysOf(0), 'https://edas.nowhere.invalid')), [
      'connection',
      'network.nameNotResolved',
    ]);
    const gone = await startServer(() => undefined);
    await gone.close();
    assert.deepEqual(await told(test(keysOf(0), gone.origin)), ['connection', 'network.refused']);
  });

  it('tells which fault a certificate has', async () => {
    const selfSigned = await startServer(() => undefined, { tls: true });
    const plain = await startServer(() => undefined);
    const privateAuthority = await Sandbox.start({ tls: new TestAuthority() });
    try {
      for (const [endpoint, fault] of [
        [selfSigned.origin, 'selfSigned'],
        [privateAuthority.edasEndpoint, 'unknownIssuer'],
        [plain.origin.replace('http:', 'https:'), 'noTls'],
      ] as const) {
        const expected = ['encryption', 'network.tls', fault];
        assert.deepEqual(await told(test(keysOf(0), endpoint)), expected);
      }
    } finally {
      await selfSigned.close();
      await plain.close();
      await privateAuthority.stop();
    }
  });

  it('tells a proxy that wants a login, the page of a network, and a redirect to it', async () => {
    for (const [status, expected] of [
      [407, ['proxy', 'network.proxyLogin']],
      [200, ['answer', 'answer.notUnderstood']],
      [302, ['answer', 'answer.redirected']],
    ] as const) {
      sandbox.faults.add(
        { service: 'edas' },
        { kind: 'answer', status, body: '<html>Log in</html>', headers: { location: 'http://x/' } },
      );
      assert.deepEqual(await told(test()), expected);
    }
  });

  it('tells keys that cannot be read, and does not swallow a bug', async () => {
    const clock = new ServerClock();
    const edas = new EdasApi(http, clock, silentLog);
    const connect = (error: Error): Promise<ConnectionReport> =>
      testConnection(edas, clock, {
        keys: () => Promise.reject(error),
        endpoint: sandbox.edasEndpoint,
      });
    const missing = new CodedError('keys.profileMissing', { subject: 'p' });
    assert.deepEqual(await told(connect(missing)), ['keys', 'keys.profileMissing']);
    await assert.rejects(connect(new TypeError('a bug')), TypeError);
    const noRole = new CodedError('sts.noPermission', { subject: 'acs:ram::1:role/r' });
    const report = await connect(noRole);
    assert.ok(!report.ok);
    const { permission } = report.diagnosis;
    assert.deepEqual(JSON.parse(permission?.policy ?? ''), {
      Version: '1',
      Statement: [{ Effect: 'Allow', Action: ['sts:AssumeRole'], Resource: ['acs:ram::1:role/r'] }],
    });
  });
});
