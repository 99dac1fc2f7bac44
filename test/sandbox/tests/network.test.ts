import assert from 'node:assert/strict';
import { randomBytes, X509Certificate } from 'node:crypto';
import { request as httpRequest, Agent } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { checkServerIdentity, connect as tlsConnect, type PeerCertificate } from 'node:tls';

import { Sandbox, type SandboxOptions } from '..';
import { requestCredential, fetchCredential } from './credentialRequest';
import { callOss } from './oss';
import { send } from './raw';

const key = 'release-pkg/117274586608/net.jar';

describe('TLS of the sandbox', () => {
  it('is trusted only by clients that trust its authority, also on 127.0.0.2', async function () {
    const sandbox = await startOn('127.0.0.2');
    if (!sandbox) this.skip(); // macOS has 127.0.0.1 only
    try {
      assert.equal((await requestCredential(sandbox)).status, 200);
      await assert.rejects(send({ method: 'GET', url: sandbox.edasEndpoint, headers: {} }), {
        code: /UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT_LOCALLY/,
      });
    } finally {
      await sandbox.stop();
    }
  });

  it('has a certificate for the loopback addresses and the real host names, valid for a year', async () => {
    const sandbox = await Sandbox.start({ tls: true });
    try {
      const addresses = ['127.0.0.1', '::1', 'fd00:0:0:1::ab:1', '1:2:3:4:5:6:7:8', '1::'];
      const { cert } = sandbox.authority!.issueServer(['a.example', ...addresses]);
      const certificate = new X509Certificate(cert);
      const authority = new X509Certificate(sandbox.authority!.certificate);
      assert.ok(certificate.verify(authority.publicKey) && certificate.checkIssued(authority));
      assert.ok(authority.ca && !certificate.ca);
      assert.equal(certificate.checkHost('a.example'), 'a.example');
      for (const address of addresses) assert.equal(certificate.checkIP(address), address);
      assert.ok(Date.parse(certificate.validTo) - Date.now() > 300 * 86_400_000);
      const served = await servedCertificate(sandbox);
      for (const name of [
        'localhost',
        'edas.cn-hangzhou.aliyuncs.com',
        'edas-hz.oss-cn-hangzhou.aliyuncs.com',
        'oss-cn-hangzhou.aliyuncs.com',
      ])
        assert.equal(served.checkHost(name), name);
      for (const address of ['127.0.0.1', '127.0.0.2', '::1'])
        assert.equal(served.checkIP(address), address);
    } finally {
      await sandbox.stop();
    }
  });
});

/** Node 22.23 accepts no certificate for an IPv6 address; earlier and later versions do. */
const acceptsIPv6 =
  checkServerIdentity('::1', {
    subjectaltname: 'IP Address:0:0:0:0:0:0:0:1',
  } as PeerCertificate) === undefined;

describe('IPv6 support of the sandbox', () => {
  for (const tls of [false, true])
    for (const slow of [false, true])
      it(`listens on [::1] with ${tls ? 'https' : 'http'}${slow ? ', over the slow link' : ''}`, async function () {
        if (tls && !acceptsIPv6) this.skip(); // this Node accepts no certificate for an IPv6 address
        const slowLink = { roundTripMs: 1, bitsPerSecond: 1e9 };
        const sandbox = await startOn('::1', { tls, ...(slow && { slowLink }) });
        if (!sandbox) this.skip(); // this machine has no IPv6 loopback
        try {
          assert.match(sandbox.edasEndpoint, tls ? /^https:\/\/\[::1\]:/ : /^http:\/\/\[::1\]:/);
          const credential = await fetchCredential(sandbox);
          assert.equal(credential.OssPublicEndpoint, sandbox.ossEndpoint);
          const body = randomBytes(1000);
          const put = await callOss(sandbox, credential, { method: 'PUT', key, body });
          assert.equal(put.status, 200);
          assert.deepEqual(await sandbox.objects.read(key), body);
        } finally {
          await sandbox.stop();
        }
      });
});

describe('CONNECT proxy of the sandbox', () => {
  it('routes the real host names to the sandbox, and rejects all others', async () => {
    const sandbox = await Sandbox.start({ tls: true, endpoints: 'real-names', proxy: true });
    try {
      const { OssPublicEndpoint: endpoint } = await fetchCredential(sandbox);
      assert.equal(endpoint, 'oss-cn-hangzhou.aliyuncs.com');
      const host = `edas-hz.${endpoint}`;
      const response = await getThroughProxy(sandbox, host, '/release-pkg/117274586608/x');
      assert.match(response, /AccessDenied/);
      assert.deepEqual(sandbox.requestLog.entries.at(-1)?.key, 'release-pkg/117274586608/x');
      const edas = await getThroughProxy(
        sandbox,
        'edas.cn-hangzhou.aliyuncs.com',
        '/pop/v5/package_storage_credential',
      );
      assert.match(edas, /MissingVersion/);
      for (const name of ['oss-cn-hangzhou-internal.aliyuncs.com', 'example.com'])
        await assert.rejects(getThroughProxy(sandbox, name, '/'), /403/);
      const statuses = sandbox.proxy!.tunnels.map(({ name, status }) => `${name} ${status}`);
      assert.deepEqual(statuses, [
        `${host}:443 200`,
        'edas.cn-hangzhou.aliyuncs.com:443 200',
        'oss-cn-hangzhou-internal.aliyuncs.com:443 403',
        'example.com:443 403',
      ]);
      const plain = await send({ method: 'GET', url: sandbox.proxy!.url, headers: {} });
      assert.equal(plain.status, 403);
    } finally {
      await sandbox.stop();
    }
  });

  it('requires a login where one is set', async () => {
    const login = { user: 'me', password: 'secret' };
    const sandbox = await Sandbox.start({ tls: true, endpoints: 'real-names', proxy: { login } });
    try {
      const host = 'edas.cn-hangzhou.aliyuncs.com';
      await assert.rejects(getThroughProxy(sandbox, host, '/'), /407/);
      await assert.rejects(getThroughProxy(sandbox, host, '/', 'me:wrong'), /407/);
      assert.match(await getThroughProxy(sandbox, host, '/', 'me:secret'), /InvalidApi/);
    } finally {
      await sandbox.stop();
    }
  });
});

describe('Slow link of the sandbox', () => {
  it('transfers all bytes in both directions over one kept-alive connection', async () => {
    const slowLink = { roundTripMs: 10, bitsPerSecond: 400_000_000 };
    const sandbox = await Sandbox.start({ slowLink });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      const credential = await fetchCredential(sandbox);
      assert.equal(credential.OssPublicEndpoint, sandbox.ossEndpoint);
      const body = randomBytes(6 << 20); // more than a window
      await callOss(sandbox, credential, { method: 'PUT', key, body, agent });
      const response = await callOss(sandbox, credential, { method: 'GET', key, agent });
      assert.deepEqual(response.body, body);
      assert.equal(sandbox.slowLink!.connections, 1);
    } finally {
      agent.destroy();
      await sandbox.stop();
    }
  });

  it('forwards connection resets', async () => {
    const sandbox = await Sandbox.start({ slowLink: { roundTripMs: 2, bitsPerSecond: 1e9 } });
    try {
      const credential = await fetchCredential(sandbox);
      sandbox.faults.add({ operation: 'PutObject' }, { kind: 'reset', afterBytes: 1000 });
      const put = { method: 'PUT', key, body: randomBytes(500_000) };
      await assert.rejects(callOss(sandbox, credential, put), { code: /^(ECONNRESET|EPIPE)$/ });
      assert.equal((await callOss(sandbox, credential, put)).status, 200);
    } finally {
      await sandbox.stop();
    }
  });
});

/** Undefined where this machine does not have the address. */
async function startOn(host: string, options: SandboxOptions = {}): Promise<Sandbox | undefined> {
  try {
    return await Sandbox.start({ tls: true, host, ...options });
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(code)) return undefined;
    throw error;
  }
}

function servedCertificate(sandbox: Sandbox): Promise<X509Certificate> {
  const { hostname, port } = new URL(sandbox.ossEndpoint);
  const ca = sandbox.authority!.certificate;
  return new Promise((resolve, reject) => {
    const socket = tlsConnect({ host: hostname, port: Number(port), ca }, () => {
      resolve(socket.getPeerX509Certificate()!);
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

/** A GET request to a real host name through the sandbox's proxy; rejects with the proxy's status. */
async function getThroughProxy(
  sandbox: Sandbox,
  host: string,
  path: string,
  login?: string,
): Promise<string> {
  const socket = await new Promise<Socket>((resolve, reject) => {
    const { hostname, port } = new URL(sandbox.proxy!.url);
    const headers = login && {
      'Proxy-Authorization': `Basic ${Buffer.from(login).toString('base64')}`,
    };
    httpRequest({
      host: hostname,
      port,
      method: 'CONNECT',
      path: `${host}:443`,
      ...(headers && { headers }),
    })
      .on('connect', ({ statusCode }, tunnel) =>
        statusCode === 200 ? resolve(tunnel) : reject(new Error(`proxy: ${statusCode}`)),
      )
      .on('error', reject)
      .end();
  });
  return new Promise((resolve, reject) => {
    const createConnection = () =>
      tlsConnect({ socket, servername: host, ca: sandbox.authority!.certificate });
    httpsRequest(
      { host, path, createConnection, headers: { accept: 'application/json' } },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        incoming.on('end', () => resolve(text));
      },
    )
      .on('error', reject)
      .end();
  });
}
