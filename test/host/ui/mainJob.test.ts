import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'mocha';
import { Sandbox } from '../../sandbox';
import { vsix } from '../locations.mjs';
import { binary } from './binary';
import { Edas } from './edas';
import { stopAfterTests, screenshotOnFailure } from './hooks';
import { Session } from './session';
import type { Workbench } from './workbench';

const mebibyte = 1024 * 1024;
const app = binary(300_000);
const war = binary(200_000);
const orders = binary(12 * mebibyte);
/** As if one class had changed. */
const rebuiltOrders = Buffer.concat([
  orders.subarray(0, 5 * mebibyte),
  binary(3000),
  orders.subarray(5 * mebibyte + 2500),
]);
const odd = '发布 包+1%(beta)🙂.zip';

/** All main features in one session. Each test continues in the state that the one before it left. */
describe('From sign-in to sign-out', () => {
  let sandbox: Sandbox;
  let session: Session;
  let workbench: Workbench;
  let edas: Edas;

  const stopAfter = stopAfterTests();
  before(async () => {
    // https on an address other than 127.0.0.1: VS Code treats it like any other server.
    sandbox = stopAfter(await Sandbox.start({ tls: true, host: '127.0.0.2' }));
    session = stopAfter(
      await Session.start({
        vsix,
        environment: { NODE_EXTRA_CA_CERTS: await sandbox.writeAuthority() },
        settings: { 'edasPackages.endpoint': sandbox.edasEndpoint },
        files: {
          'app.jar': app,
          'big.jar': binary(7_500_000),
          'notes.txt': 'Notes of the release',
          'orders.jar': orders,
          'shop.war': war,
          'target/inner.jar': 'inner',
          [odd]: war,
        },
      }),
    );
    workbench = session.workbench;
    edas = new Edas(workbench);
  });
  screenshotOnFailure(() => session.workbench);
  beforeEach(() => sandbox.faults.clear());

  const requests = (operation: 'GetPackageStorageCredential' | 'PutObject') =>
    sandbox.requestLog.count({ operation });
  const stored = (name: string) => sandbox.objects.read(`${sandbox.keyPrefix}/${name}`);
  const exists = (name: string) => sandbox.objects.exists(`${sandbox.keyPrefix}/${name}`);
  const key = () => sandbox.keys[0]!;
  const expectOrdersRow = (expected: RegExp): Promise<string> =>
    workbench.waitForText(
      () => workbench.description('Transfers', 'orders.jar'),
      expected,
      `the row to show ${expected.source}`,
    );

  it('sends no request before the user signs in', async () => {
    await edas.show();
    await edas.welcomeButton.waitFor();
    assert.equal(await edas.status.isVisible(), false);
    assert.deepEqual(sandbox.requestLog.entries, []);
    await workbench.screenshot('signed-out');
  });

  it('says which part of the keys is wrong, and keeps the input', async () => {
    await edas.welcomeButton.click();
    await edas.enterKeys({ id: 'LTAI5tNobodyKnowsThis', secret: key().secret });
    await workbench.waitForPrompt(/does not know this AccessKey ID/);
    assert.equal(await workbench.input.inputValue(), 'LTAI5tNobodyKnowsThis');
    await workbench.screenshot('wrong-key');

    await workbench.enter(/does not know this AccessKey ID/, key().id);
    await workbench.enter(/AccessKey secret\./, 'NotTheSecret');
    await edas.chooseRegion();
    await workbench.waitForPrompt(/secret does not belong to this AccessKey ID/);
    assert.equal(await workbench.input.getAttribute('type'), 'password');

    await workbench.enter(/secret does not belong to this AccessKey ID/, key().secret);
    await edas.chooseRegion();
    await workbench.toast(/Signed in to EDAS/).waitFor();
    await workbench.clearToasts();
  });

  it('shows bucket, package prefix, account and endpoint after one request to EDAS', async () => {
    assert.equal(await edas.waitForFact('Bucket', /./), sandbox.bucket);
    assert.equal(await edas.fact('Package prefix'), sandbox.keyPrefix);
    assert.match(await edas.fact('Region'), /cn-hangzhou/);
    assert.match(await edas.fact('Account'), /0001$/);
    assert.match(await edas.fact('AccessKey ID'), /^••••\w{4}$/);
    assert.match(await edas.fact('Public endpoint (in use)'), /127\.0\.0\.2/);
    const [first, ...more] = sandbox.requestLog.select({ service: 'edas', status: 200 });
    assert.equal(await edas.fact('Request ID'), first!.requestId);
    assert.deepEqual(more, [], 'EDAS gets no second request');
    assert.ok(!(await session.page.content()).includes(key().secret));
    await workbench.screenshot('credential');
  });

  it('counts down in the view and in the status bar without another request to EDAS', async () => {
    const credentialRequests = requests('GetPackageStorageCredential');
    const first = await edas.waitForFact('Expiry', /^expires in 59 m/);
    const second = await edas.waitForFact(
      'Expiry',
      new RegExp(`^expires in (?!.* ${first.slice(14)})`),
    );
    assert.ok(secondsIn(second) < secondsIn(first), `${first} → ${second}`);
    await edas.waitForStatus(/^EDAS (60|59|58|57)m$/);
    assert.equal(requests('GetPackageStorageCredential'), credentialRequests);
  });

  it('shows details in the hover of the status bar item, and its actions on click', async () => {
    const hover = await workbench.hover(edas.status);
    for (const part of [sandbox.bucket, sandbox.keyPrefix, 'Expires', 'Click for more.'])
      assert.ok(hover.includes(part), `${part} in ${hover}`);
    await workbench.screenshot('status-hover');
    await edas.status.click();
    await workbench.choose(/EDAS credential, expires in/, 'Copy Bucket');
    await workbench.until(async () => (await workbench.clipboard()) === sandbox.bucket, 'a copy');
  });

  it('copies the value of a row', async () => {
    await workbench.rowAction('Credential', 'Package prefix', 'Copy');
    await workbench.until(
      async () => (await workbench.clipboard()) === sandbox.keyPrefix,
      'a copy',
    );
  });

  it('uploads a file from the context menu, and copies its URL', async () => {
    await edas.upload('app.jar');
    await workbench.toast(/Uploaded app\.jar \(293\.0 KB\), verified by CRC-64/).waitFor();
    await workbench.screenshot('uploaded');
    assert.deepEqual(await stored('app.jar'), app);
    await workbench.pressInToast(/Uploaded app\.jar/, 'Copy URL');
    const url = `${sandbox.ossEndpoint}/${sandbox.bucket}/${sandbox.keyPrefix}/app.jar`;
    await workbench.until(async () => (await workbench.clipboard()) === url, `the URL ${url}`);
  });

  it('uploads several files at once, also with special characters in their names', async () => {
    await edas.upload('shop.war', odd);
    await workbench.toast(/Uploaded 2 files .*all verified by CRC-64/).waitFor();
    assert.deepEqual(await stored('shop.war'), war);
    assert.deepEqual(await stored(odd), war);
    await workbench.clearToasts();
  });

  it('offers no file upload in the context menu of a folder', async () => {
    await workbench.openContextMenu(workbench.file('target'));
    assert.equal(await workbench.menuItem('Upload to EDAS').count(), 0);
    await session.page.keyboard.press('Escape');
  });

  it('offers the file of the active editor in the command palette', async () => {
    await workbench.openFile('notes.txt');
    await session.page.locator('.editor-instance .view-line').first().waitFor();
    await workbench.command('EDAS: Upload File to Package Prefix…');
    await workbench.choose(/File to upload|Upload File to Package Prefix/, 'notes.txt');
    await workbench.toast(/Uploaded notes\.txt/).waitFor();
    assert.equal(String(await stored('notes.txt')), 'Notes of the release');
    await workbench.clearToasts();
  });

  it('prompts before it overwrites, and can skip, keep both or overwrite', async () => {
    const changed = binary(100_000);
    await session.write('app.jar', changed);
    await edas.upload('app.jar');
    await workbench.dialog.getByText('“app.jar” already exists').waitFor();
    await workbench.screenshot('conflict');
    await workbench.pressInDialog('Skip');
    await session.page.getByText('Skipped: app.jar.').first().waitFor();
    assert.deepEqual(await stored('app.jar'), app);

    await edas.upload('app.jar');
    await workbench.pressInDialog('Keep Both');
    await workbench.toast(/Uploaded app\.jar → app \(1\)\.jar/).waitFor();
    assert.deepEqual(await stored('app.jar'), app);
    assert.deepEqual(await stored('app (1).jar'), changed);
    await workbench.clearToasts();

    await edas.upload('app.jar');
    await workbench.pressInDialog('Overwrite');
    await workbench.toast(/Uploaded app\.jar/).waitFor();
    assert.deepEqual(await stored('app.jar'), changed);
    await workbench.clearToasts();
  });

  it('prompts once for all conflicts of a batch', async () => {
    await session.write('app.jar', binary(100_000));
    await session.write('shop.war', 'shop 2');
    await edas.upload('app.jar', 'shop.war');
    await workbench.dialog.getByText('2 files already exist').waitFor();
    await workbench.pressInDialog('Keep Both for All');
    await workbench.toast(/Uploaded 2 files/).waitFor();
    assert.ok(exists('app (2).jar') && exists('shop (1).war'));
    await workbench.clearToasts();
  });

  it('shows the progress in bytes, and can be cancelled', async () => {
    const big = `${sandbox.keyPrefix}/big.jar`;
    sandbox.faults.add({ key: big, times: Infinity }, { kind: 'slow', bytesPerSecond: 1_000_000 });
    await edas.upload('big.jar');
    await workbench.toast(/Uploading big\.jar[^]*\d MB of 7\.2 MB/).waitFor();
    await workbench.screenshot('progress');
    await workbench.pressInToast(/Uploading big\.jar/, 'Cancel');
    // It was sent in one request, so there is nothing to resume.
    await session.page.getByText('Cancelled: big.jar.').first().waitFor();
    await workbench.until(
      () => Promise.resolve(sandbox.requestLog.select({ key: big }).every(({ ended }) => ended)),
      'the connections to be closed',
    );
    assert.ok(!exists('big.jar'));
    await workbench.clearToasts();
  });

  it('fetches a new credential when the current one has expired at OSS', async () => {
    const credentialRequests = requests('GetPackageStorageCredential');
    sandbox.issuer.expire();
    await session.write('shop.war', 'shop 3');
    await edas.upload('shop.war');
    await workbench.pressInDialog('Overwrite');
    await workbench.toast(/Uploaded shop\.war/).waitFor();
    assert.equal(requests('GetPackageStorageCredential'), credentialRequests + 1);
    await workbench.clearToasts();
  });

  it('warns before the credential expires, and renews it at the next use', async () => {
    sandbox.settings.credentialSeconds = 12;
    await workbench.command('EDAS: Fetch Credential');
    await edas.show();
    await edas.waitForStatus(/^EDAS 00:\d\d$/);
    assert.match((await edas.status.getAttribute('class')) ?? '', /warning-kind/);
    await workbench.screenshot('expiring');
    await edas.waitForStatus(/^EDAS expired$/);
    assert.doesNotMatch((await edas.status.getAttribute('class')) ?? '', /warning-kind|error-kind/);
    await edas.waitForFact('Expiry', /^expired .*, renewed at next use$/);
    await workbench.screenshot('expired');

    sandbox.settings.credentialSeconds = 3600;
    await session.write('shop.war', 'shop 4');
    await edas.upload('shop.war');
    await workbench.pressInDialog('Overwrite');
    await workbench.toast(/Uploaded shop\.war/).waitFor();
    await edas.waitForStatus(/^EDAS (60|59)m$/);
    await workbench.clearToasts();
  });

  it('reports that EDAS cannot be reached, still shows the credential, and recovers', async () => {
    await sandbox.down('edas');
    await workbench.command('EDAS: Fetch Credential');
    await edas.show();
    await workbench.row('Credential', 'Fetching failed').waitFor();
    await edas.waitForStatus(/EDAS failed$/);
    assert.match((await edas.status.getAttribute('class')) ?? '', /error-kind/);
    assert.equal(await edas.fact('Bucket'), sandbox.bucket);
    await workbench.screenshot('server-down');
    await sandbox.up('edas');
    await workbench.rowAction('Credential', 'Fetching failed', 'Fetch Credential');
    await edas.waitForStatus(/^EDAS (60|59)m$/);
    await workbench.clearToasts();
  });

  it('reports that OSS cannot be reached, and can try again', async () => {
    await sandbox.down('oss');
    await session.write('notes.txt', 'Other notes');
    await edas.upload('notes.txt');
    const failure = workbench.toast(/(was not|Nothing was) uploaded/);
    await failure.waitFor();
    await workbench.screenshot('oss-down');
    await sandbox.up('oss');
    // VS Code shows at most three toasts in 800 ms, and later ones only in the notification center.
    await session.page.waitForTimeout(1000);
    await failure.getByRole('button', { name: 'Try Again' }).click();
    await workbench.pressInDialog('Overwrite');
    await workbench.toast(/Uploaded notes\.txt/).waitFor();
    await workbench.clearToasts();
  });

  it('writes a log with request IDs and without secrets', async function () {
    if (!session.outputChannels) this.skip(); // @vscode/spdlog could not be compiled: output channels stay empty
    const log = await workbench.output('EDAS Package Storage');
    const [last] = sandbox.requestLog.select({ operation: 'PutObject', status: 200 }).slice(-1);
    assert.ok(log.includes(last!.requestId), log);
    assert.ok(!log.includes(key().secret));
    assert.doesNotMatch(log, /Signature=|CAIS/);
    await workbench.command('View: Hide Panel');
  });

  it('sends a large package completely the first time', async () => {
    await edas.upload('orders.jar');
    await workbench.toast(/Uploaded orders\.jar \(12\.0 MB\), verified by CRC-64\./).waitFor();
    await workbench.clearToasts();
  });

  it('stays signed in after a reload, and sends requests only when its view is shown', async () => {
    await workbench.showExplorer();
    sandbox.requestLog.clear();
    await session.reload();
    await edas.waitForStatus(/^EDAS$/);
    assert.deepEqual(sandbox.requestLog.entries, []);
    await edas.show();
    await edas.waitForFact('Bucket', /./);
    assert.equal(requests('GetPackageStorageCredential'), 1);
  });

  it('sends only the changed parts of a rebuilt package, and shows their size', async () => {
    await session.write('orders.jar', rebuiltOrders);
    sandbox.requestLog.clear();
    await edas.upload('orders.jar');
    await workbench.pressInDialog('Overwrite');
    await workbench
      .toast(/Uploaded orders\.jar \(12\.0 MB, \d+\.\d KB sent\), verified by CRC-64\./)
      .waitFor();
    await edas.show();
    await expectOrdersRow(/^12\.0 MB, \d+\.\d KB sent · verified · \d\d:\d\d$/);
    await workbench.screenshot('delta-uploaded');
    assert.ok((await stored('orders.jar')).equals(rebuiltOrders));
    const sent = sandbox.requestLog.bytesReceived({ operation: 'UploadPart' });
    assert.ok(sent < mebibyte, `${sent} bytes were sent`);
    await workbench.clearToasts();
  });

  it('neither sends data nor prompts when an identical object exists', async () => {
    sandbox.requestLog.clear();
    await edas.upload('orders.jar');
    await workbench.toast(/Already uploaded, identical: orders\.jar \(12\.0 MB\)\./).waitFor();
    await edas.show();
    await expectOrdersRow(/^12\.0 MB · already uploaded, identical · \d\d:\d\d$/);
    await workbench.screenshot('delta-identical');
    assert.equal(sandbox.requestLog.bytesReceived({ operation: 'UploadPart' }), 0);
    await workbench.pressInToast(/Already uploaded/, 'Copy URL');
    const url = `${sandbox.ossEndpoint}/${sandbox.bucket}/${sandbox.keyPrefix}/orders.jar`;
    await workbench.until(async () => (await workbench.clipboard()) === url, `the URL ${url}`);
    await workbench.clearToasts();
  });

  it('signs out, and stays signed out after a reload', async () => {
    await workbench.command('EDAS: Sign Out');
    await edas.welcomeButton.waitFor();
    await edas.status.waitFor({ state: 'hidden' });
    await session.reload();
    await edas.show();
    await edas.welcomeButton.waitFor();
  });

  it('signs in when an upload is started while signed out, and continues the upload', async () => {
    await session.write('app.jar', binary(100_000));
    await edas.upload('app.jar');
    await edas.enterKeys(key());
    await workbench.pressInDialog('Keep Both');
    await workbench.toast(/Uploaded app\.jar → app \(\d\)\.jar/).waitFor();
  });
});

/** Seconds of `expires in 59 m 7 s`. */
function secondsIn(text: string): number {
  const [, minutes = '0', seconds = '0'] = /(?:(\d+) m )?(\d+) s$/.exec(text) ?? [];
  return Number(minutes) * 60 + Number(seconds);
}
