import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, before, describe, it } from 'mocha';
import { Sandbox } from '../../sandbox';
import { vsix } from '../locations.mjs';
import { Edas } from './edas';
import { stopAfterTests, screenshotOnFailure } from './hooks';
import { Session } from './session';
import type { Workbench } from './workbench';

type Body = Record<string, unknown>;

/** Changes fields of the credential in a valid response. */
const change = (fields: Body) => (body: Body) => ({
  ...body,
  Credential: { ...(body.Credential as Body), ...fields },
});

/** Each is reported by a message that ends with what to do next, and the extension continues to work. */
describe('Invalid input', () => {
  let sandbox: Sandbox;
  let session: Session;
  let workbench: Workbench;
  let edas: Edas;

  const settings = (more: Body) => ({ 'http.proxy': sandbox.proxy!.url, ...more });
  const stored = (name: string) => sandbox.objects.read(`${sandbox.keyPrefix}/${name}`);
  const count = () => sandbox.objects.list().length;
  const expectToast = async (sentence: RegExp) => {
    await workbench.toast(sentence).waitFor();
    await workbench.clearToasts();
  };
  const upload = async (...names: string[]) => {
    await edas.upload(...names);
    await expectToast(new RegExp(`Uploaded ${names.at(-1)}.*verified by CRC-64`));
  };

  const stopAfter = stopAfterTests();
  before(async () => {
    // With real names: instead of an invalid endpoint that of the region is used, which the proxy routes to the sandbox.
    sandbox = stopAfter(await Sandbox.start({ tls: true, endpoints: 'real-names', proxy: true }));
    session = stopAfter(
      await Session.start({
        vsix,
        environment: { NODE_EXTRA_CA_CERTS: await sandbox.writeAuthority() },
        settings: settings({
          'edasPackages.endpoint': 'https://edas.example.com/pop/v5',
          'edasPackages.objectKeyTemplate': `${'long/'.repeat(200)}\${fileName}`,
        }),
        files: {
          'app.jar': 'app',
          'empty.jar': '',
          'folder/inner.jar': 'inner',
          'gone.jar': 'gone',
          ...(process.platform !== 'win32' && { 'line\nbreak.jar': 'line' }),
        },
      }),
    );
    workbench = session.workbench;
    edas = new Edas(workbench);
  });
  screenshotOnFailure(() => session.workbench);
  afterEach(() => {
    sandbox.faults.clear();
    sandbox.settings.edasResponse = undefined;
  });

  describe('in the settings', () => {
    const warning =
      /edasPackages\.endpoint .* must be a host name .* without path.*region is used\./;

    it('reports an endpoint with a path, and uses that of the region', async () => {
      await edas.signIn(sandbox.keys[0]!);
      await workbench.toast(warning).waitFor();
      await workbench.screenshot('bad-endpoint');
      await workbench.clearToasts();
      assert.equal(await edas.waitForFact('Bucket', /./), sandbox.bucket);
    });

    it('rejects an object key template whose keys have more than 1,023 bytes', async () => {
      await edas.upload('app.jar');
      await expectToast(
        /key would have 1032 bytes.*allows 1,023\. Shorten .* object key template\./,
      );
      assert.equal(count(), 0);
    });

    it('reports an endpoint with an unsupported scheme, and uploads with that of the region', async () => {
      await session.reload(settings({ 'edasPackages.endpoint': 'ftp://edas.example.com' }));
      await workbench.command('EDAS: Fetch Credential');
      await expectToast(warning);
      await upload('app.jar');
      assert.equal(String(await stored('app.jar')), 'app');
    });
  });

  describe('in the selected files', () => {
    it('reports a folder, and uploads the file that is selected with it', async () => {
      await session.write('shop.war', 'shop');
      await edas.upload('folder', 'shop.war');
      await expectToast(/Uploaded shop\.war.*Not a file: folder\. .*“EDAS: Upload Folder as ZIP/);
      assert.equal(String(await stored('shop.war')), 'shop');
    });

    it('rejects a file name with a line break', async function () {
      if (process.platform === 'win32') this.skip(); // a file name of Windows cannot have a line break
      await edas.upload('line break.jar');
      await expectToast(/"line.+break\.jar" contains a line break.* Rename the file\./);
    });

    it('reports a file that is deleted before it is sent', async () => {
      const key = `${sandbox.keyPrefix}/gone.jar`;
      sandbox.faults.add({ key }, { kind: 'error', status: 503, code: 'ServiceUnavailable' });
      const sent = sandbox.requestLog.when((entry) => entry.key === key);
      await edas.upload('gone.jar');
      await sent;
      await rm(path.join(session.workspace, 'gone.jar'));
      await expectToast(/gone\.jar (?:is no longer there|changed)/);
      await workbench.file('gone.jar').waitFor({ state: 'detached' }); // otherwise the list would move under the next click
    });

    it('uploads an empty file, and has stored none of the rejected files', async () => {
      await upload('empty.jar');
      assert.equal((await stored('empty.jar')).length, 0);
      const names = sandbox.objects.list().map(({ key }) => path.posix.basename(key));
      assert.deepEqual(names.sort(), ['app.jar', 'empty.jar', 'shop.war']);
    });
  });

  describe('in responses of EDAS', () => {
    const notEdas = /is not from EDAS or OSS\..* verify the endpoint\./;
    const wrong = (field: string) =>
      new RegExp(
        `the field “${field}” is missing or invalid\\. Fetch it again\\..* endpoint or contact`,
      );
    const rows: [what: string, response: string | ((body: Body) => unknown), message: RegExp][] = [
      ['an HTML page', '<!DOCTYPE html><html><body>Log in</body></html>', notEdas],
      ['truncated JSON', '{"Code":200,"Message":"success","Credential":{"Acc', notEdas],
      [
        'a response that is too large',
        `"${'x'.repeat(2 << 20)}"`,
        /too large to be from EDAS or OSS\. Check/,
      ],
      ['a missing credential', (body) => ({ ...body, Credential: undefined }), wrong('Credential')],
      [
        'a credential that has expired',
        change({ Expiration: '2020-01-01T00:00:00Z' }),
        /already expired\. Fetch it again\./,
      ],
      ['an invalid expiration date', change({ Expiration: 'tomorrow' }), wrong('Expiration')],
      ['an empty package prefix', change({ KeyPrefix: '' }), wrong('KeyPrefix')],
    ];
    for (const [what, response, message] of rows) {
      it(`reports ${what}`, async () => {
        if (typeof response === 'function') sandbox.settings.edasResponse = response;
        else
          sandbox.faults.add({ service: 'edas' }, { kind: 'respond', status: 200, body: response });
        await workbench.command('EDAS: Fetch Credential');
        await expectToast(message);
        assert.equal(
          sandbox.faults.all.every(({ applied }) => applied > 0),
          true,
        );
      });
    }

    it('does not affect the next fetch and upload', async () => {
      await edas.show();
      assert.equal(await edas.fact('Bucket'), sandbox.bucket);
      await workbench.screenshot('bad-response');
      await workbench.command('EDAS: Fetch Credential');
      await workbench.row('Credential', 'Fetching failed').waitFor({ state: 'detached' });
      await edas.waitForStatus(/^EDAS (60|59)m$/);
      await session.write('app.jar', 'app 2');
      await edas.upload('app.jar');
      await workbench.pressInDialog('Overwrite');
      await expectToast(/Uploaded app\.jar.*verified by CRC-64/);
      assert.equal(String(await stored('app.jar')), 'app 2');
    });
  });
});
