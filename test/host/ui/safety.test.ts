import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { before, beforeEach, describe, it } from 'mocha';
import { Sandbox, TestAuthority, type SandboxKey } from '../../sandbox';
import { browserHostRuns } from '../install.mjs';
import { vsix } from '../locations.mjs';
import { binary } from './binary';
import { Edas } from './edas';
import { stopAfterTests, screenshotOnFailure } from './hooks';
import { recordTexts, SecretScan } from './secretScan';
import { Session } from './session';
import type { Workbench } from './workbench';

const minute = 60_000;
const proxyPassword = 'MarkedProxy+Password/0001';
/** Secrets with characters that must be encoded in URLs. */
const keys: readonly SandboxKey[] = [
  { id: 'LTAI5tMarkedKey00001', secret: 'MarkedSecret+of/the=account1' },
  {
    id: 'STS.NMarkedCaller001',
    secret: 'MarkedSecret+of/the=caller01',
    securityToken: 'CAISmarked+token/of=the/caller+0001==',
  },
  { id: 'LTAI5tMarkedNoPermit', secret: 'MarkedSecret+of/the=denied01', permitted: false },
];
const wrongSecret = 'MarkedWrong+Secret/typed=0001';

/**
 * One window, from an untrusted workspace to unusual networks. Everything that it shows, logs, writes and starts is searched
 * for secrets at the end. Each test continues in the state that the one before it left.
 */
describe('Security', () => {
  /** The server of the account. */
  let sandbox: Sandbox;
  /** The server that the workspace's settings point to; it must get no request. */
  let workspaceServer: Sandbox;
  /** Its certificate is from an authority that is not trusted. */
  let untrustedServer: Sandbox;
  /** With real host names, behind a proxy that requires a login. */
  let behindProxy: Sandbox;
  let session: Session;
  let workbench: Workbench;
  let edas: Edas;
  let seen: { text(): string };
  /** The secrets by their names. */
  const secrets = new Map<string, string>([
    ['wrong secret', wrongSecret],
    ...keys.map(({ id, secret }) => [`secret of ${id}`, secret] as const),
    ['token of the caller', keys[1]!.securityToken!],
  ]);

  const stopAfter = stopAfterTests();
  before(async function () {
    // Skipped: a desktop VS Code is started here with trust disabled, and has no browser whose storage could be
    // searched. The browser-hosted one runs on Linux only, so /proc and bash exist.
    if (!browserHostRuns || process.env.VSCODE_EXECUTABLE) return this.skip();
    const tls = new TestAuthority();
    sandbox = stopAfter(await Sandbox.start({ tls, host: '127.0.0.2', keys }));
    workspaceServer = stopAfter(await Sandbox.start({ keys }));
    untrustedServer = stopAfter(await Sandbox.start({ tls: true, host: '127.0.0.2', keys }));
    const login = { user: 'me', password: proxyPassword };
    behindProxy = stopAfter(
      await Sandbox.start({ tls, endpoints: 'real-names', proxy: { login }, keys }),
    );
    for (const one of [sandbox, behindProxy]) {
      one.settings.edasResponse = (body) => {
        const { AccessKeyId, AccessKeySecret, SecurityToken } = body.Credential as Record<
          string,
          string
        >;
        secrets.set(`secret of ${AccessKeyId}`, AccessKeySecret!);
        secrets.set(`token of ${AccessKeyId}`, SecurityToken!);
        return body;
      };
    }
    session = stopAfter(
      await Session.start({
        vsix,
        requiresTrust: true,
        environment: { NODE_EXTRA_CA_CERTS: await sandbox.writeAuthority() },
        settings: settings(),
        files: {
          '.vscode/settings.json': JSON.stringify({
            'edasPackages.endpoint': workspaceServer.edasEndpoint,
            'edasPackages.network': 'internal',
            'edasPackages.autoRenew': true,
            'edasPackages.fetchOnShow': false,
            'edasPackages.objectKeyTemplate': 'chosen/${fileName}',
          }),
          'app.jar': 'app',
          'big.jar': binary(9 * 1024 * 1024),
        },
      }),
    );
    workbench = session.workbench;
    edas = new Edas(workbench);
    seen = await recordTexts(session.page);
  });
  screenshotOnFailure(() => session.workbench);
  beforeEach(() => {
    sandbox.faults.clear();
    sandbox.requestLog.clear();
  });

  function settings(change: Record<string, unknown> = {}): Record<string, unknown> {
    return {
      'edasPackages.endpoint': sandbox.edasEndpoint,
      'edasPackages.partSize': 1,
      'security.workspace.trust.enabled': true,
      'security.workspace.trust.startupPrompt': 'never',
      'security.workspace.trust.banner': 'never',
      'workbench.editor.useModal': 'off', // the trust editor would cover the window
      ...change,
    };
  }
  const key = () => keys[0]!;
  const credentialRequests = (status?: number) =>
    sandbox.requestLog.count({
      operation: 'GetPackageStorageCredential',
      ...(status !== undefined && { status }),
    });
  const exists = (name: string) => sandbox.objects.exists(`${sandbox.keyPrefix}/${name}`);
  const upload = async (name: string, message: RegExp) => {
    await edas.upload(name);
    await workbench.toast(message).waitFor();
    await workbench.clearToasts();
  };

  /** Sets or removes the account's own EDAS endpoint. */
  const setEndpoint = async (endpoint: string) => {
    await workbench.command('EDAS: Edit Account…');
    await workbench.choose(/Select an account/, 'caller');
    await workbench.choose(/What do you want to change/, 'EDAS endpoint');
    await workbench.enter(/EDAS endpoint of a private cloud/, endpoint);
    await workbench.waitForPrompt(/What do you want to change/);
    await session.page.keyboard.press('Escape');
  };

  describe('a workspace that is not trusted', () => {
    it('can neither redirect requests nor choose object keys', async () => {
      await session.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor();
      await edas.signIn(key());
      await workbench.clearToasts();
      await edas.waitForFact('Public endpoint (in use)', /127\.0\.0\.2/);
      await upload('app.jar', /Uploaded app\.jar/);
      assert.ok(exists('app.jar'));
      assert.equal(credentialRequests(200), 1);
      assert.deepEqual(workspaceServer.requestLog.entries, []);
    });

    it('does not offer a terminal with the credential', async () => {
      await session.page.keyboard.press('F1');
      await workbench.input.fill('>EDAS: ');
      await workbench.choice('EDAS: Copy as Environment Variables').waitFor();
      assert.equal(await workbench.choice('EDAS: Open Terminal with Credential').count(), 0);
      await session.page.keyboard.press('Escape');
    });

    it('can choose object keys once it is trusted, but still not redirect requests', async () => {
      await workbench.trustWorkspace();
      await upload('app.jar', /Uploaded app\.jar/);
      assert.ok(exists('chosen/app.jar'));
      assert.equal(credentialRequests(), 0);
      await workbench.command('EDAS: Fetch Credential');
      await edas.show();
      await workbench.until(() => Promise.resolve(credentialRequests(200) === 1), 'a credential');
      await edas.waitForFact('Public endpoint (in use)', /127\.0\.0\.2/);
      assert.deepEqual(workspaceServer.requestLog.entries, []);
    });
  });

  describe('a clock that is wrong', () => {
    for (const offset of [20, -20]) {
      it(`by ${offset} minutes is corrected, and the countdown is right`, async () => {
        sandbox.clock.offsetMs = offset * minute;
        await workbench.command('EDAS: Fetch Credential');
        await edas.show();
        await workbench.until(() => Promise.resolve(credentialRequests(200) === 1), 'a credential');
        await edas.waitForFact('Expiry', /^expires in 59 m/);
        const name = offset > 0 ? 'early.jar' : 'late.jar';
        await session.write(name, String(offset));
        await upload(name, /Uploaded (early|late)\.jar/);
        // Either service's response corrects the clock; a request of the Packages view may be in flight meanwhile.
        const refused = sandbox.requestLog.entries.filter(({ status = 0 }) =>
          [400, 403].includes(status),
        );
        assert.ok(refused.length === 1 || refused.length === 2, JSON.stringify(refused));
      });
    }

    it('is reported by the connection test', async () => {
      await workbench.command('EDAS: Test Connection…');
      await workbench.toast(/works: .* is 20 minutes ahead of the server/).waitFor();
      await workbench.clearToasts();
      sandbox.clock.offsetMs = 0;
    });
  });

  describe('failures at the log level trace:', () => {
    before(async () => {
      await workbench.command('Developer: Set Log Level...');
      await workbench.choose(/./, 'EDAS Package Storage');
      await workbench.choose(/./, 'Trace');
    });

    it('a wrong secret is rejected', async () => {
      await workbench.command('EDAS: Edit Account…');
      await workbench.choose(/What do you want to change/, 'Keys');
      await edas.enterKeys({ id: key().id, secret: wrongSecret });
      await workbench.waitForPrompt(/secret does not belong to this AccessKey ID/);
      await session.page.keyboard.press('Escape');
      await workbench.clearToasts();
    });

    it('a RAM user without the permission is rejected, and temporary keys are accepted', async () => {
      await workbench.command('EDAS: Add Account…');
      const denied = keys[2]!;
      await workbench.enter(/AccessKey ID of/, denied.id);
      await workbench.enter(/AccessKey secret\./, denied.secret);
      await workbench.enter(/Account name/, 'denied');
      await workbench.choose(/Region/, 'cn-hangzhou');
      await workbench.toast(/not allowed to fetch the package storage credential/).waitFor();
      await session.page.keyboard.press('Escape');
      await workbench.clearToasts();

      const caller = keys[1]!;
      await workbench.command('EDAS: Add Account…');
      await workbench.enter(/AccessKey ID of/, caller.id);
      await workbench.enter(/AccessKey secret\./, caller.secret);
      await workbench.enter(/Security token of/, caller.securityToken!);
      await workbench.enter(/Account name/, 'caller');
      await workbench.choose(/Region/, 'cn-hangzhou');
      await workbench.toast(/Signed in to EDAS/).waitFor();
      await workbench.clearToasts();
      await edas.show();
      await edas.waitForFact('Account', /^caller$/);
    });

    it('servers return secrets in their error messages', async () => {
      const token = [...secrets].filter(([name]) => name.startsWith('token of STS.')).at(-1)![1];
      const message = `Denied. StringToSign: OSS4 x-oss-security-token:${token} and ${encodeURIComponent(token)}`;
      sandbox.faults.add(
        { service: 'oss', operation: 'PutObject' },
        { kind: 'error', status: 403, code: 'AccessDenied', message },
      );
      await session.write('echo.jar', 'echo');
      await edas.upload('echo.jar');
      await workbench.toast(/was not uploaded/).waitFor();
      await workbench.clearToasts();
      sandbox.faults.add(
        { operation: 'GetPackageStorageCredential' },
        {
          kind: 'error',
          status: 400,
          code: 'Odd.Refusal',
          message: `AccessKeySecret=${keys[1]!.secret}, SecurityToken=${keys[1]!.securityToken!}`,
        },
      );
      await workbench.command('EDAS: Fetch Credential');
      await workbench.toast(/EDAS rejected the request/).waitFor();
      await workbench.clearToasts();
      await workbench.command('EDAS: Fetch Credential');
      await edas.show();
      await edas.waitForStatus(/^EDAS \d+m$/);
    });

    it('an upload is cancelled halfway', async () => {
      sandbox.faults.add(
        { operation: 'UploadPart', nth: 4, times: Infinity },
        { kind: 'slow', bytesPerSecond: 50_000 },
      );
      await edas.upload('big.jar');
      await workbench.until(
        () =>
          Promise.resolve(sandbox.requestLog.count({ operation: 'UploadPart', status: 200 }) > 2),
        'three parts',
      );
      await workbench.pressInToast(/Uploading big\.jar/, 'Cancel');
      await workbench.toast(/Cancelled: big\.jar/).waitFor();
      await workbench.clearToasts();
    });

    it('EDAS and OSS are unreachable', async () => {
      await sandbox.down('edas', 'oss');
      await workbench.command('EDAS: Fetch Credential');
      await workbench.toast(/refused by 127/).waitFor();
      await workbench.clearToasts();
      await sandbox.up('edas', 'oss');
      await workbench.command('EDAS: Fetch Credential');
      await edas.show();
      await edas.waitForStatus(/^EDAS \d+m$/);
    });
  });

  describe('a terminal with the credential', () => {
    const terminal = () => session.page.locator('.terminal-tabs-entry', { hasText: 'EDAS caller' });
    const files = () => terminalFiles(session.data);

    it('is opened only after a confirmation that names the risks', async () => {
      await workbench.command('Terminal: Create New Terminal');
      await typeInTerminal(`printf '<%s>' "$OSS_SESSION_TOKEN" > other.txt`);
      assert.equal(await written('other.txt'), '<>');
      await workbench.command('EDAS: Open Terminal with Credential');
      await workbench.dialog
        .getByText(/delete packages.*extensions run as the same user/)
        .waitFor();
      await workbench.screenshot('open-terminal');
      await workbench.pressInDialog('Cancel');
      assert.equal(await terminal().count(), 0);
    });

    it('passes the variables to the programs that it starts, and leaves no file', async () => {
      await workbench.command('EDAS: Open Terminal with Credential');
      await workbench.pressInDialog('Open Terminal');
      await terminal().waitFor();
      const print = `printf "<%s %s %s>" "$OSS_REGION" "$EDAS_PACKAGE_PATH" "$OSS_SESSION_TOKEN$OSS_ACCESS_KEY_SECRET" | sha256sum > own.txt; printf ">" >> own.txt`;
      const last = (kind: string) =>
        [...secrets].filter(([name]) => name.startsWith(`${kind} of STS.`)).at(-1)![1];
      const expected = `<cn-hangzhou oss://${sandbox.bucket}/${sandbox.keyPrefix}/ ${last('token')}${last('secret')}>`;
      const hash = createHash('sha256').update(expected).digest('hex');
      // The shell may start to read its input only after this line is typed.
      await workbench.until(async () => {
        await typeInTerminal(`sh -c '${print}'`);
        return (await written('own.txt')).startsWith(`${hash} `);
      }, 'the variables');
      assert.deepEqual(await files(), []);
    });

    it('is the only process tree with the credential, until it is closed', async () => {
      // Neither the environment nor the command line of a process that VS Code itself has started contains it.
      await workbench.until(
        async () => (await new SecretScan(secrets).processes()).length === 0,
        'the prompt',
      );
      await typeInTerminal('sleep 300');
      await workbench.until(
        async () => (await new SecretScan(secrets).processes()).length > 0,
        'what the shell started',
      );
      const found = await new SecretScan(secrets).processes();
      assert.deepEqual([...new Set(found.map(({ command }) => command))], ['sleep']);
      await workbench.command('Terminal: Kill All Terminals');
      await workbench.until(
        async () => (await new SecretScan(secrets).processes()).length === 0,
        'the process to end',
      );
    });

    async function typeInTerminal(line: string): Promise<void> {
      await session.page.locator('.xterm-screen').filter({ visible: true }).click();
      await session.page.keyboard.type(line);
      await session.page.keyboard.press('Enter');
    }
    async function written(name: string): Promise<string> {
      const file = path.join(session.workspace, name);
      const read = () => readFile(file, 'utf8').catch(() => '');
      await workbench.until(async () => (await read()).endsWith('>'), name);
      return read();
    }
  });

  describe('the clipboard', () => {
    it('gets the credential only after a confirmation', async () => {
      await session.page.evaluate("navigator.clipboard.writeText('mine')");
      await workbench.command('EDAS: Copy as Environment Variables…');
      await workbench.choose(/Select the shell/, 'bash');
      await workbench.dialog.getByText('Any program can read').waitFor();
      await workbench.screenshot('copy-environment');
      await workbench.pressInDialog('Cancel');
      assert.equal(await workbench.clipboard(), 'mine');
      await workbench.command('EDAS: Copy as Environment Variables…');
      await workbench.choose(/Select the shell/, 'bash');
      await workbench.pressInDialog('Copy');
      await workbench.until(
        async () => (await workbench.clipboard()).startsWith("export OSS_ACCESS_KEY_ID='STS."),
        'the variables',
      );
    });
  });

  describe('a certificate of a private authority', () => {
    it('is rejected if it is not trusted, with a message that names the setting', async () => {
      await setEndpoint(untrustedServer.edasEndpoint);
      await workbench.command('EDAS: Fetch Credential');
      await workbench
        .toast(/Could not establish a secure connection to .*http\.systemCertificates/)
        .waitFor();
      await workbench.screenshot('private-authority');
      await workbench.clearToasts();
      assert.equal(untrustedServer.requestLog.count(), 0);
    });
  });

  describe('a proxy', () => {
    const tunnels = (name: string) =>
      behindProxy.proxy!.tunnels.filter((tunnel) => tunnel.name.includes(name));

    it('that requires a login is reported with the setting to change', async () => {
      const proxied = { 'http.proxy': behindProxy.proxy!.url, 'edasPackages.endpoint': '' };
      await session.reload(settings(proxied));
      await edas.show();
      await setEndpoint('');
      await workbench.command('EDAS: Fetch Credential');
      await workbench.toast(/The proxy requires authentication.*“http\.proxy”/).waitFor();
      await workbench.clearToasts();
      const credentialRequests = tunnels('edas.cn-hangzhou');
      assert.ok(
        credentialRequests.length > 0 && credentialRequests.every(({ status }) => status === 407),
      );
      // It is not bypassed without http.noProxy, although the address is on this computer.
      await setEndpoint(sandbox.edasEndpoint);
      await workbench.command('EDAS: Fetch Credential');
      await workbench.toast(/The proxy requires authentication/).waitFor();
      await workbench.clearToasts();
      assert.ok(tunnels('127.0.0.2').length > 0);
    });

    it('is bypassed for the hosts in http.noProxy', async () => {
      const url = new URL(behindProxy.proxy!.url);
      url.username = 'me';
      url.password = encodeURIComponent(proxyPassword);
      const before = tunnels('127.0.0.2').length;
      await session.reload(
        settings({
          'http.proxy': url.href,
          'http.noProxy': ['127.0.0.2'],
          'edasPackages.endpoint': '',
        }),
      );
      await edas.show();
      await setEndpoint(sandbox.edasEndpoint);
      await edas.waitForFact('Public endpoint (in use)', /127\.0\.0\.2/);
      assert.ok(credentialRequests(200) > 0);
      assert.equal(tunnels('127.0.0.2').length, before);
    });

    it('with the login in its URL is used for EDAS and OSS', async () => {
      await setEndpoint('');
      await edas.show();
      await edas.waitForFact('Public endpoint (in use)', /^oss-cn-hangzhou\.aliyuncs\.com$/);
      await session.write('proxied.jar', 'proxied');
      await upload('proxied.jar', /Uploaded proxied\.jar/);
      assert.ok(tunnels('edas-hz.oss-cn-hangzhou').some(({ status }) => status === 200));
    });
  });

  describe('after all these tests, no secret', () => {
    it('was shown', async () => {
      await workbench.hover(edas.status);
      const text = seen.text();
      assert.match(text, /Signed in to EDAS/);
      assert.deepEqual(new SecretScan(withProxy()).text('window', text), []);
      assert.doesNotMatch(text, signature);
    });

    it('is in the log at any level', async function () {
      if (!session.outputChannels) this.skip(); // @vscode/spdlog could not be compiled: output channels stay empty
      const isLog = (file: string) => file.endsWith('EDAS Package Storage.log');
      assert.deepEqual(await new SecretScan(withProxy()).folder(session.data, isLog), []);
      const text = await readAll(session.data, isLog);
      for (const part of ['[debug]', '[error]', 'edas.wrongSecret', 'oss.accessDenied'])
        assert.ok(text.includes(part), `${part} in the log:\n${text}`);
      assert.doesNotMatch(text, signature);
    });

    it('is in a file that VS Code or the extension wrote', async () => {
      const files = await new SecretScan(secrets).folder(session.data);
      assert.deepEqual(files, []);
    });

    it('is in the storage of the browser, except for the encrypted store', async () => {
      const state = await session.page.context().storageState({ indexedDB: true });
      const text = JSON.stringify(state);
      assert.match(text, /edasPackages\.accounts/);
      assert.deepEqual(new SecretScan(secrets).text('browser', text), []);
      assert.ok(!text.includes(key().id), 'no complete AccessKey ID is in the state');
    });

    it('is on the clipboard, a minute after it was copied', async () => {
      const holds = async () => (await workbench.clipboard()).includes('OSS_ACCESS_KEY_SECRET');
      await workbench.until(async () => !(await holds()), 'an empty clipboard');
    });

    it('is in the environment of a process', async () => {
      assert.deepEqual(await new SecretScan(secrets).processes(), []);
    });

    it('would have been missed by the scan', () => {
      const scan = new SecretScan(new Map([['it', key().secret]]));
      const hidden = [
        key().secret,
        encodeURIComponent(key().secret),
        Buffer.from(`user:${key().secret}`).toString('base64'),
        Buffer.from(`me:${key().secret}!`).toString('base64url'),
        Buffer.from(key().secret).toString('hex'),
      ];
      for (const text of hidden)
        assert.equal(scan.text('here', `a${text}b`).length > 0, true, text);
    });
  });

  const withProxy = () => new Map([...secrets, ['password of the proxy', proxyPassword]]);
});

/** A signature in a header or a URL. */
const signature = /Signature=(?!\[hidden\])[\w%+/]{16,}|[0-9a-f]{64}/i;

async function readAll(folder: string, isMeant: (file: string) => boolean): Promise<string> {
  const names = await readdir(folder, { recursive: true });
  const files = names.map((name) => path.join(folder, name)).filter(isMeant);
  return (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
}

/** Files that pass the credential to a terminal. */
async function terminalFiles(data: string): Promise<readonly string[]> {
  const names = await readdir(data, { recursive: true });
  return names.filter((name) => /globalStorage.+[\\/]terminal[\\/]/.test(name));
}
