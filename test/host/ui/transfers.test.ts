import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'mocha';
import { Sandbox } from '../../sandbox';
import { vsix } from '../locations.mjs';
import { binary } from './binary';
import { Edas } from './edas';
import { stopAfterTests, screenshotOnFailure } from './hooks';
import { Session } from './session';
import { Workbench } from './workbench';

const mebibyte = 1024 * 1024;
const big = binary(20 * mebibyte);
const other = binary(100_000);

/** Uploads that are interrupted. Each test continues in the state that the one before it left. */
describe('Transfers view', () => {
  let sandbox: Sandbox;
  let session: Session;
  let workbench: Workbench;
  let edas: Edas;

  const stopAfter = stopAfterTests();
  before(async () => {
    sandbox = stopAfter(await Sandbox.start({ tls: true, host: '127.0.0.2' }));
    session = stopAfter(
      await Session.start({
        vsix,
        environment: { NODE_EXTRA_CA_CERTS: await sandbox.writeAuthority() },
        settings: {
          'edasPackages.endpoint': sandbox.edasEndpoint,
          'edasPackages.partSize': 1,
          'edasPackages.parallelParts': 2,
        },
        files: { 'big.jar': big, 'other/big.jar': other },
      }),
    );
    workbench = session.workbench;
    edas = new Edas(workbench);
    await edas.signIn(sandbox.keys[0]!);
    await workbench.clearToasts();
  });
  screenshotOnFailure(() => session.workbench);
  beforeEach(() => {
    sandbox.faults.clear();
    sandbox.requestLog.clear();
  });

  const stored = (name: string) => sandbox.objects.read(`${sandbox.keyPrefix}/${name}`);
  const row = (label = 'big.jar') => workbench.row('Transfers', label);
  const expectRow = (expected: RegExp, label = 'big.jar') =>
    workbench.waitForText(
      () => workbench.description('Transfers', label),
      expected,
      `the row ${label} to show ${expected.source}`,
    );
  const press = (action: string, label = 'big.jar') =>
    workbench.rowAction('Transfers', label, action);
  const badge = () => workbench.activity('EDAS Packages').locator('.badge-content');
  const expectGone = (label = 'big.jar') => row(label).waitFor({ state: 'detached' });
  /** Numbers of the parts that OSS has acknowledged, in the order of its responses. */
  const acknowledged = () =>
    sandbox.requestLog
      .select({ operation: 'UploadPart', status: 200 })
      .map(({ partNumber }) => partNumber!);
  /** Makes parts from the nth on slow, so that the upload can be interrupted halfway. */
  const slowDownFrom = (nth: number) =>
    sandbox.faults.add(
      { operation: 'UploadPart', nth, times: Infinity },
      { kind: 'slow', bytesPerSecond: 100_000 },
    );
  /** Starts an upload that becomes slow after six parts. */
  const startSlowUpload = async () => {
    slowDownFrom(7);
    await edas.upload('big.jar');
    await workbench.until(() => Promise.resolve(acknowledged().length >= 6), 'six parts');
  };

  it('is empty at first, and offers to upload a file', async () => {
    await edas.show();
    const welcome = workbench.view('Transfers');
    await welcome.getByText('Nothing has been uploaded yet.').waitFor();
    await welcome.getByRole('button', { name: 'Upload File' }).waitFor();
    await workbench.screenshot('transfers-empty');
  });

  it('shows the progress of an upload', async () => {
    await startSlowUpload();
    await edas.show();
    await expectRow(/^\d\d% · .+ left · \d+\.\d MB of 20\.0 MB · .+\/s$/);
    assert.match(
      (await row().getAttribute('aria-label')) ?? '',
      /^big\.jar, uploading, \d0 percent/,
    );
    await workbench.screenshot('transfers-running');
  });

  it('cancels an upload, keeps its parts, and says where to resume it', async () => {
    await workbench.showExplorer();
    await workbench.pressInToast(/Uploading big\.jar/, 'Cancel');
    await workbench.toast(/Cancelled: big\.jar\. It can be resumed in the Transfers/).waitFor();
    await workbench.pressInToast(/can be resumed/, 'Show Transfers');
    await expectRow(/^cancelled · \d\d% · /);
    assert.equal(sandbox.uploads.list().length, 1);
    await workbench.waitForText(() => badge().innerText(), /^1$/, 'a badge');
    await workbench.screenshot('transfers-cancelled');
  });

  it('discards an upload after a confirmation, and leaves no part on the server', async () => {
    await press('Discard');
    await workbench.dialog.getByText(/of uploaded parts will be deleted/).waitFor();
    await workbench.screenshot('transfers-discard');
    await workbench.pressInDialog('Discard');
    await expectGone();
    assert.deepEqual(sandbox.uploads.list(), []);
    await badge().waitFor({ state: 'hidden' });
  });

  it('shows an interrupted upload by a badge after a reload, and resumes it', async () => {
    await startSlowUpload();
    const sentBefore = acknowledged();
    await session.reload();
    await workbench.waitForText(() => badge().innerText(), /^1$/, 'a badge');
    assert.equal(await workbench.toast(/big\.jar|upload/i).count(), 0);
    await workbench.screenshot('transfers-badge');

    await edas.show();
    await expectRow(/^interrupted · \d\d% · /);
    await workbench.screenshot('transfers-interrupted');
    sandbox.faults.clear();
    await press('Resume');
    await workbench.toast(/Uploaded big\.jar \(20\.0 MB\), verified by CRC-64/).waitFor();
    await expectRow(/^20\.0 MB · verified · \d\d:\d\d$/);
    assert.deepEqual(await stored('big.jar'), big);
    assert.equal(sandbox.requestLog.count({ operation: 'InitiateMultipartUpload' }), 1);
    assert.ok(sentBefore.length >= 6, 'parts were sent before the reload');
    const all = acknowledged();
    assert.equal(all.length, new Set(all).size, 'no acknowledged part is sent again');
    await workbench.clearToasts();
  });

  it('copies the URL and key of a finished upload, and clears the list', async () => {
    const url = `${sandbox.ossEndpoint}/${sandbox.bucket}/${sandbox.keyPrefix}/big.jar`;
    await press('Copy URL');
    await workbench.until(async () => (await workbench.clipboard()) === url, `the URL ${url}`);
    await workbench.contextMenu(row(), 'Copy Key');
    const key = `${sandbox.keyPrefix}/big.jar`;
    await workbench.until(async () => (await workbench.clipboard()) === key, `the key ${key}`);
    await workbench.command('EDAS: Clear Finished');
    await workbench.view('Transfers').getByText('Nothing has been uploaded yet.').waitFor();
  });

  it('finishes an upload during which two credentials expire', async () => {
    sandbox.faults.add({ operation: 'UploadPart', nth: 5 }, { kind: 'expireToken' });
    sandbox.faults.add({ operation: 'UploadPart', nth: 14 }, { kind: 'expireToken' });
    await sandbox.objects.delete(`${sandbox.keyPrefix}/big.jar`);
    await edas.upload('big.jar');
    await workbench.toast(/Uploaded big\.jar \(20\.0 MB\), verified by CRC-64/).waitFor();
    assert.equal(sandbox.requestLog.count({ operation: 'GetPackageStorageCredential' }), 2);
    const operation = 'InitiateMultipartUpload';
    assert.equal(sandbox.requestLog.count({ operation, status: 200 }), 1);
    assert.deepEqual(await stored('big.jar'), big);
    await sandbox.objects.delete(`${sandbox.keyPrefix}/big.jar`);
    await workbench.clearToasts();
  });

  it('prompts when another object has taken the key of an interrupted upload, and can keep both', async () => {
    await startSlowUpload();
    await edas.show();
    await press('Cancel');
    await expectRow(/^cancelled/);
    await workbench.clearToasts();
    sandbox.faults.clear();
    await workbench.showExplorer();
    await workbench.file('other').click();
    const inner = workbench.file('big.jar').and(session.page.locator('[aria-level="2"]'));
    await workbench.contextMenu(inner, 'Upload to EDAS Package Prefix');
    await workbench.toast(/Uploaded big\.jar \(97\.7 KB\)/).waitFor();
    await workbench.clearToasts();

    await workbench.command('EDAS: Resume / Discard Interrupted Uploads');
    await workbench.choose(/Press Enter to resume/, 'big.jar');
    await workbench.dialog
      .getByText(/big\.jar/)
      .first()
      .waitFor();
    await workbench.pressInDialog('Keep Both');
    await workbench.toast(/Uploaded big\.jar → big \(1\)\.jar/).waitFor();
    assert.deepEqual(await stored('big.jar'), other);
    assert.deepEqual(await stored('big (1).jar'), big);
    assert.deepEqual(sandbox.uploads.list(), []);
    await workbench.clearToasts();
    await workbench.command('EDAS: Resume / Discard Interrupted Uploads');
    await workbench.toast(/There are no interrupted uploads/).waitFor();
    await workbench.clearToasts();
    await sandbox.objects.delete(`${sandbox.keyPrefix}/big.jar`);
  });

  it('shows an upload of another window, without actions', async function () {
    if (session.url === undefined) this.skip(); // only the browser-hosted one opens a second window here
    await workbench.command('EDAS: Clear Finished');
    await workbench.showExplorer();
    await workbench.file('other').click(); // collapses it again
    await startSlowUpload();
    const page = await session.page.context().newPage();
    try {
      await page.goto(session.url);
      const second = new Workbench(page);
      await second.ready();
      await new Edas(second).show();
      await second.waitForText(
        () => second.description('Transfers', 'big.jar'),
        /^in another window · \d+% · /,
        'the row of another window',
      );
      await second.row('Transfers', 'big.jar').hover();
      const actions = second.row('Transfers', 'big.jar').locator('a.action-label');
      assert.equal(await actions.count(), 0);
      await second.screenshot('transfers-elsewhere');
      await new Edas(second).upload('big.jar');
      await second.toast(/already running/).waitFor();
      sandbox.faults.clear();
    } finally {
      await page.close();
    }
    await edas.show();
    await press('Cancel');
    await expectRow(/^cancelled/);
    await press('Discard');
    await workbench.pressInDialog('Discard');
    await expectGone();
  });
});
