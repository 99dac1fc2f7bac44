import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { Sandbox } from '../../sandbox';
import { vsix } from '../locations.mjs';
import { binary } from './binary';
import { Edas } from './edas';
import { endAfterwards, photographFailures } from './hooks';
import { Session } from './session';

const app = binary(300_000);

/**
 * Nothing is configured but a proxy: https to the real names, which that proxy leads to the sandbox. Nothing leaves this
 * machine, because the proxy refuses every other name.
 */
describe('As in production', () => {
  let sandbox: Sandbox;
  let session: Session;
  let edas: Edas;

  const ending = endAfterwards();
  before(async () => {
    sandbox = ending(await Sandbox.start({ tls: true, endpoints: 'real-names', proxy: true }));
    session = ending(
      await Session.start({
        vsix,
        environment: { NODE_EXTRA_CA_CERTS: await sandbox.writeAuthority() },
        settings: { 'http.proxy': sandbox.proxy!.url },
        files: { 'app.jar': app },
      }),
    );
    edas = new Edas(session.workbench);
  });
  photographFailures(() => session.workbench);

  /** Names of Alibaba Cloud that the extension asked the proxy for. */
  const names = () => [
    ...new Set(
      sandbox
        .proxy!.tunnels.filter(({ name }) => name.includes('aliyuncs.com'))
        .map(({ name, status }) => `${name} ${status}`),
    ),
  ];

  it('asks nobody before a person signs in', async () => {
    await edas.show();
    await edas.welcomeButton.waitFor();
    assert.deepEqual(names(), []);
  });

  it('fetches the credential from the endpoint of the region', async () => {
    await edas.signIn(sandbox.keys[0]!);
    await session.workbench.clearToasts();
    assert.equal(await edas.seeFact('Bucket', /./), sandbox.bucket);
    assert.equal(await edas.fact('Public endpoint (in use)'), 'oss-cn-hangzhou.aliyuncs.com');
    // The Packages view may have asked the bucket already.
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

  it('uploads to the name of the bucket', async () => {
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

  it('opens the console at the region, with the address as its router reads it', async () => {
    await session.workbench.command('EDAS: Open EDAS Console');
    await session.workbench.dialog.waitFor();
    assert.match(
      await session.workbench.dialog.innerText(),
      /https:\/\/edasnext\.console\.aliyun\.com\/#\/app\?regionNo=cn-hangzhou&/,
    );
    await session.workbench.pressInDialog('Cancel');
  });
});
