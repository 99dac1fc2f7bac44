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

  /** The step and the code of a diagnosis, and the certificate problem or missing permission if there is one. */
  async function diagnosisOf(report: Promise<ConnectionReport>): Promise<unknown[]> {
    const found = await report;
    assert.ok(!found.ok, 'the connection test fails');
    const { step, error, permission } = found.diagnosis;
    const isTls = error.code === 'network.tls';
    const more = isTls ? certificateProblem(error.facts.detail) : permission?.action;
    return [step, error.code, more].filter(Boolean);
  }

  it('returns the credential when everything works', async () => {
    const report = await test();
    assert.ok(report.ok);
    assert.equal(report.credential.keyPrefix, sandbox.keyPrefix);
    assert.equal(report.clockOffsetMs, 0);
  });

  it('diagnoses an unknown AccessKey, a disabled one and a wrong secret', async () => {
    assert.deepEqual(await diagnosisOf(test(keysOf(0, { id: 'LTAI5tNobodyKnowsThis' }))), [
      'identity',
      'edas.unknownAccessKey',
    ]);
    assert.deepEqual(await diagnosisOf(test(keysOf(2))), ['identity', 'edas.accessKeyDisabled']);
    assert.deepEqual(
      await diagnosisOf(test(keysOf(0, { secret: 'AnotherSecretAltogether0000001' }))),
      ['identity', 'edas.wrongSecret'],
    );
  });

  it('names the missing permission, with a policy to copy', async () => {
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

  it('names the permission that the server reports as missing', async () => {
    const body = JSON.stringify({
      Code: 'NoPermission',
      RequestId: 'R',
      Message: 'no',
      AccessDeniedDetail: { AuthAction: 'edas:SystemBase' },
    });
    sandbox.faults.add({ service: 'edas' }, { kind: 'respond', status: 403, body });
    assert.deepEqual(await diagnosisOf(test()), [
      'permission',
      'edas.noPermission',
      'edas:SystemBase',
    ]);
  });

  it('diagnoses a region without EDAS', async () => {
    sandbox.settings.regionOffered = false;
    assert.deepEqual(await diagnosisOf(test()), ['region', 'edas.notOffered']);
  });

  it('reports how long to wait when requests are throttled', async () => {
    const headers = { 'x-acs-retry-after': '1500' };
    const code = 'Throttling.User';
    sandbox.faults.add({ service: 'edas' }, { kind: 'error', status: 400, code, headers });
    const report = await test();
    assert.ok(!report.ok);
    assert.equal(report.diagnosis.step, 'pace');
    assert.equal(report.diagnosis.error.facts.retryAfterMs, 1500);
  });

  it('reports the clock offset, whether or not it could be corrected', async () => {
    for (const offMs of [-twentyMinutes, twentyMinutes]) {
      const report = await test(
        keysOf(0),
        sandbox.edasEndpoint,
        new ServerClock(() => Date.now() + offMs),
      );
      assert.ok(report.ok, 'one correction of the clock is enough');
      assert.ok(Math.abs(report.clockOffsetMs + offMs) < 60_000, String(report.clockOffsetMs));
    }
    const code = 'InvalidTimeStamp.Expired';
    sandbox.faults.add({ service: 'edas', times: Infinity }, { kind: 'error', status: 400, code });
    const clock = new ServerClock(() => Date.now() - twentyMinutes);
    const report = await test(keysOf(0), sandbox.edasEndpoint, clock);
    assert.ok(!report.ok);
    assert.equal(report.diagnosis.step, 'clock');
    const offsetMs = report.diagnosis.error.facts.clockOffsetMs ?? 0;
    assert.ok(Math.abs(offsetMs - twentyMinutes) < 60_000, String(offsetMs));
  });

  it('distinguishes a host name that does not resolve from a refused connection', async () => {
    assert.deepEqual(await diagnosisOf(test(keysOf(0), 'https://edas.nowhere.invalid')), [
      'connection',
      'network.nameNotResolved',
    ]);
    const stopped = await startServer(() => undefined);
    await stopped.close();
    assert.deepEqual(await diagnosisOf(test(keysOf(0), stopped.origin)), [
      'connection',
      'network.refused',
    ]);
  });

  it('diagnoses what is wrong with a certificate', async () => {
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
        assert.deepEqual(await diagnosisOf(test(keysOf(0), endpoint)), expected);
      }
    } finally {
      await selfSigned.close();
      await plain.close();
      await privateAuthority.stop();
    }
  });

  it('recognizes a proxy that requires a login, a login page, and a redirect to one', async () => {
    for (const [status, expected] of [
      [407, ['proxy', 'network.proxyLogin']],
      [200, ['response', 'response.notUnderstood']],
      [302, ['response', 'response.redirected']],
    ] as const) {
      sandbox.faults.add(
        { service: 'edas' },
        {
          kind: 'respond',
          status,
          body: '<html>Log in</html>',
          headers: { location: 'http://x/' },
        },
      );
      assert.deepEqual(await diagnosisOf(test()), expected);
    }
  });

  it('diagnoses unreadable keys and a missing role permission, and rethrows other errors', async () => {
    const clock = new ServerClock();
    const edas = new EdasApi(http, clock, silentLog);
    const connect = (error: Error): Promise<ConnectionReport> =>
      testConnection(edas, clock, {
        keys: () => Promise.reject(error),
        endpoint: sandbox.edasEndpoint,
      });
    const missing = new CodedError('keys.profileMissing', { subject: 'p' });
    assert.deepEqual(await diagnosisOf(connect(missing)), ['keys', 'keys.profileMissing']);
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
