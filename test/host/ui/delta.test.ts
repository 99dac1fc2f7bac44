import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { Sandbox } from '../../sandbox';
import { vsix } from '../locations.mjs';
import { binary } from './binary';
import { Edas } from './edas';
import { endAfterwards, photographFailures } from './hooks';
import { Session } from './session';
import type { Workbench } from './workbench';

const mebibyte = 1024 * 1024;
const first = binary(12 * mebibyte);
/** A class has changed. */
const second = Buffer.concat([
  first.subarray(0, 5 * mebibyte),
  binary(3000),
  first.subarray(5 * mebibyte + 2500),
]);

describe('A package that is built again', () => {
  let sandbox: Sandbox;
  let session: Session;
  let workbench: Workbench;
  let edas: Edas;

  const ending = endAfterwards();
  before(async () => {
    sandbox = ending(await Sandbox.start());
    session = ending(
      await Session.start({
        vsix,
        settings: { 'edasPackages.endpoint': sandbox.edasEndpoint },
        files: { 'app.jar': first },
      }),
    );
    workbench = session.workbench;
    edas = new Edas(workbench);
    await edas.signIn(sandbox.keys[0]!);
    await workbench.clearToasts();
  });
  photographFailures(() => session.workbench);

  const stored = () => sandbox.objects.read(`${sandbox.keyPrefix}/app.jar`);
  const row = (expected: RegExp): Promise<string> =>
    workbench.see(
      () => workbench.description('Transfers', 'app.jar'),
      expected,
      `the row to say ${expected.source}`,
    );

  it('is sent whole for the first time', async () => {
    await edas.upload('app.jar');
    await workbench.toast(/Uploaded app\.jar \(12\.0 MB\), verified by CRC-64\./).waitFor();
    await workbench.clearToasts();
  });

  it('sends only what has changed, also after a reload, and says how much that was', async () => {
    await session.reload();
    await session.write('app.jar', second);
    sandbox.requestLog.clear();
    await edas.upload('app.jar');
    await workbench.pressInDialog('Overwrite');
    const toast = workbench.toast(
      /Uploaded app\.jar \(12\.0 MB, \d+\.\d KB sent\), verified by CRC-64\./,
    );
    await toast.waitFor();
    await edas.show();
    await row(/^12\.0 MB, \d+\.\d KB sent · verified · \d\d:\d\d$/);
    await workbench.screenshot('delta-uploaded');
    assert.ok((await stored()).equals(second));
    const sent = sandbox.requestLog.bytesReceived({ operation: 'UploadPart' });
    assert.ok(sent < mebibyte, `${sent} bytes were sent`);
    await workbench.clearToasts();
  });

  it('is not sent and not asked about when the same object exists', async () => {
    sandbox.requestLog.clear();
    await edas.upload('app.jar');
    await workbench.toast(/Already uploaded, identical: app\.jar \(12\.0 MB\)\./).waitFor();
    await edas.show();
    await row(/^12\.0 MB · already uploaded, identical · \d\d:\d\d$/);
    await workbench.screenshot('delta-identical');
    assert.equal(sandbox.requestLog.bytesReceived({ operation: 'UploadPart' }), 0);
    await workbench.pressInToast(/Already uploaded/, 'Copy URL');
    const url = `${sandbox.ossEndpoint}/${sandbox.bucket}/${sandbox.keyPrefix}/app.jar`;
    await workbench.until(async () => (await workbench.clipboard()) === url, `the URL ${url}`);
  });
});
