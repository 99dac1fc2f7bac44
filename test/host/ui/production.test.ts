import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { Sandbox } from '../../sandbox';
import { vsix } from '../locations.mjs';
import { binary } from './binary';
import { Edas } from './edas';
import { stopAfterTests, screenshotOnFailure } from './hooks';
import { Session } from './session';

const app = binary(300_000);

/**
 * Only a proxy is configured: https to the real host names, which that proxy routes to the sandbox. Nothing leaves this
 * machine, because the proxy rejects every other name.
 */
describe('With real host names, behind a proxy,', () => {
  let sandbox: Sandbox;
  let session: Session;
  let edas: Edas;

  const stopAfter = stopAfterTests();
  before(async () => {
    sandbox = stopAfter(await Sandbox.start({ tls: true, endpoints: 'real-names', proxy: true }));
    session = stopAfter(
      await Session.start({
        vsix,
        environment: { NODE_EXTRA_CA_CERTS: await sandbox.writeAuthority() },
        settings: { 'http.proxy': sandbox.proxy!.url },
        files: { 'app.jar': app },
      }),
    );
    edas = new Edas(session.workbench);
  });
  screenshotOnFailure(() => session.workbench);

  /** Host names of Alibaba Cloud that the extension requested from the proxy. */
  const names = () => [
    ...new Set(
      sandbox
        .proxy!.tunnels.filter(({ name }) => name.includes('aliyuncs.com'))
        .map(({ name, status }) => `${name} ${status}`),
    ),
  ];

  it('sends no request before the user signs in', async () => {
    await edas.show();
    await edas.welcomeButton.waitFor();
    assert.deepEqual(names(), []);
  });

  it('fetches the credential from the endpoint of the region', async () => {
    await edas.signIn(sandbox.keys[0]!);
    await session.workbench.clearToasts();
    assert.equal(await edas.waitForFact('Bucket', /./), sandbox.bucket);
    assert.equal(await edas.fact('Public endpoint (in use)'), 'oss-cn-hangzhou.aliyuncs.com');
    // The Packages view may have sent a request to the bucket already.
    const expected = [
      'edas.cn-hangzhou.aliyuncs.com:443 200',
      'edas-hz.oss-cn-hangzhou.aliyuncs.com:443 200',
    ];
    assert.ok(names().includes(expected[0]!));
    assert.deepEqual(
      names().filter((name) => !expected.includes(name)),
      [],
    );
  });

  it('uploads to the host name of the bucket', async () => {
    await edas.upload('app.jar');
    await session.workbench.toast(/Uploaded app\.jar .*verified by CRC-64/).waitFor();
    await session.workbench.screenshot('production');
    assert.deepEqual(await sandbox.objects.read(`${sandbox.keyPrefix}/app.jar`), app);
    assert.deepEqual(names(), [
      'edas.cn-hangzhou.aliyuncs.com:443 200',
      'edas-hz.oss-cn-hangzhou.aliyuncs.com:443 200',
    ]);
    await session.workbench.pressInToast(/Uploaded app\.jar/, 'Copy URL');
    const url = `https://edas-hz.oss-cn-hangzhou.aliyuncs.com/${sandbox.keyPrefix}/app.jar`;
    await session.workbench.until(
      async () => (await session.workbench.clipboard()) === url,
      `the URL ${url}`,
    );
  });

  it('opens the console with the region in its URL', async () => {
    await session.workbench.command('EDAS: Open EDAS Console');
    await session.workbench.dialog.waitFor();
    assert.match(
      await session.workbench.dialog.innerText(),
      /https:\/\/edasnext\.console\.aliyun\.com\/#\/app\?regionNo=cn-hangzhou&/,
    );
    await session.workbench.pressInDialog('Cancel');
  });
});
