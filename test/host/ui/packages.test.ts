import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { before, beforeEach, describe, it } from 'mocha';
import { Sandbox } from '../../sandbox';
import { vsix } from '../locations.mjs';
import { binary } from './binary';
import { Edas } from './edas';
import { stopAfterTests, screenshotOnFailure } from './hooks';
import { Session } from './session';
import type { Workbench } from './workbench';

const view = 'Packages';
const [orders, stock, notes] = [binary(300_000), binary(70_000), binary(1000)];

/** The objects under the package prefix. Each test continues in the state that the one before it left. */
describe('Packages view', () => {
  let sandbox: Sandbox;
  let session: Session;
  let workbench: Workbench;
  let edas: Edas;

  const stopAfter = stopAfterTests();
  before(async () => {
    sandbox = stopAfter(await Sandbox.start());
    for (let n = 0; n < 450; n++) {
      await sandbox.objects.put({
        key: key(`many/app-${String(n).padStart(3, '0')}.jar`),
        size: 1024,
        etag: '"E"',
        lastModified: Date.now() - 7_200_000,
        headers: {},
        type: 'Normal',
        bodies: [],
      });
    }
    session = stopAfter(
      await Session.start({
        vsix,
        settings: { 'edasPackages.endpoint': sandbox.edasEndpoint },
        files: { 'orders.jar': orders, 'stock.jar': stock, 'notes.txt': notes, 'in/keep.txt': '' },
      }),
    );
    workbench = session.workbench;
    edas = new Edas(workbench);
  });
  screenshotOnFailure(() => session.workbench);
  beforeEach(() => sandbox.requestLog.clear());

  const key = (name: string) => `${sandbox.keyPrefix}/${name}`;
  const row = (label: string | RegExp) => workbench.row(view, label);
  const expectGone = (label: string) => row(label).waitFor({ state: 'detached' });
  const lists = () => sandbox.requestLog.count({ operation: 'ListObjectsV2' });
  const press = (label: string, action: string) => workbench.rowAction(view, label, action);
  const select = async (...labels: readonly string[]) => {
    for (const [index, label] of labels.entries()) {
      await row(label).click(index ? { modifiers: ['ControlOrMeta'] } : {});
    }
  };

  it('offers to sign in, and sends no request', async () => {
    await edas.show();
    await workbench.view(view).getByText('Sign in to see what is stored').waitFor();
    await workbench.view(view).getByRole('button', { name: 'Sign In' }).waitFor();
    assert.deepEqual(sandbox.requestLog.entries, []);
  });

  it('lists the first level with one request, folders collapsed', async () => {
    await edas.signIn(sandbox.keys[0]!);
    await row('many').waitFor();
    assert.equal(lists(), 1);
    assert.equal(await row('many').getAttribute('aria-label'), 'many, folder');
    await workbench.clearToasts();
  });

  it('shows uploaded objects without a refresh', async () => {
    await edas.upload('orders.jar', 'stock.jar');
    await workbench.toast(/Uploaded 2 files/).waitFor();
    await edas.show();
    await workbench.waitForText(
      () => workbench.description(view, 'orders.jar'),
      /^293\.0 KB · (just now|1 m ago)$/,
      'the uploaded object',
    );
    await row('stock.jar').waitFor();
    assert.equal(lists(), 1);
    await workbench.clearToasts();
  });

  it('loads a folder page by page, with the keyboard only', async () => {
    await row('many').click();
    await row('app-000.jar').waitFor();
    assert.equal(
      await row('app-000.jar').getAttribute('aria-label'),
      'app-000.jar, 1.0 KB, uploaded 2 h ago',
    );
    const loadMore = async (shown: number) => {
      await workbench.page.keyboard.press('End');
      await workbench.waitForText(
        () => workbench.description(view, 'Load More'),
        new RegExp(`^${shown} shown$`),
        'Load More',
      );
      // Below it are the two objects of the prefix itself.
      await workbench.page.keyboard.press('ArrowUp');
      await workbench.page.keyboard.press('ArrowUp');
      await workbench.screenshot(`packages-load-more-${shown}`);
      await workbench.page.keyboard.press('Enter');
      // The first new row is visible and has the focus.
      const first = workbench.rows(view).and(workbench.page.locator('.focused'));
      await workbench.waitForText(
        () => first.innerText(),
        new RegExp(`^app-${shown}\\.jar`),
        'the first new row',
      );
    };
    await loadMore(200);
    await loadMore(400);
    await workbench.page.keyboard.press('End');
    await row('app-449.jar').waitFor();
    await expectGone('Load More');
    assert.equal(lists(), 3);
  });

  it('keeps folders expanded when it is refreshed', async () => {
    await workbench.command('EDAS: Refresh Packages');
    await workbench.until(() => Promise.resolve(lists() === 2), 'both folders to be listed again');
    await row('app-449.jar').waitFor();
    await workbench.page.keyboard.press('Home');
    await workbench.page.keyboard.press('ArrowLeft');
    await expectGone('app-000.jar');
  });

  it('downloads one object to a file, and prompts before it overwrites', async () => {
    const file = path.join(session.workspace, 'fetched.jar');
    await press('orders.jar', 'Download');
    await workbench.enterPath(/EDAS: Download/, file);
    await workbench.toast(/Downloaded fetched\.jar \(293\.0 KB\), verified by CRC-64/).waitFor();
    assert.deepEqual(await readFile(file), orders);
    await workbench.screenshot('packages-downloaded');
    await workbench.clearToasts();

    await press('stock.jar', 'Download');
    await workbench.enterPath(/EDAS: Download/, file);
    await workbench.waitForPrompt(/fetched\.jar already exists/);
    await workbench.input.press('Enter');
    await workbench.toast(/Downloaded fetched\.jar \(68\.4 KB\)/).waitFor();
    assert.deepEqual(await readFile(file), stock);
    await workbench.clearToasts();
  });

  it('downloads several objects to a folder, and can keep both where a file exists', async () => {
    await select('orders.jar', 'stock.jar');
    await workbench.contextMenu(row('stock.jar'), 'Download…');
    await workbench.enterPath(/EDAS: Download 2 Objects/, session.workspace);
    await workbench.dialog.getByText('2 files already exist in this folder.').waitFor();
    await workbench.screenshot('packages-download-clash');
    await workbench.pressInDialog('Keep Both for All');
    await workbench.toast(/Downloaded 2 files \(361\.3 KB\), all verified by CRC-64/).waitFor();
    assert.deepEqual(await readFile(path.join(session.workspace, 'orders (1).jar')), orders);
    assert.deepEqual(await readFile(path.join(session.workspace, 'stock (1).jar')), stock);
    await workbench.clearToasts();
  });

  it('copies the key, and a signed URL that works', async () => {
    await select('orders.jar');
    await press('orders.jar', 'Copy');
    await workbench.choose(/EDAS: Copy/, 'Object Key');
    await workbench.until(
      async () => (await workbench.clipboard()) === key('orders.jar'),
      'the key on the clipboard',
    );
    await press('orders.jar', 'Copy');
    await workbench.choose(/EDAS: Copy/, 'Signed URL');
    await workbench.choose(/EDAS: Copy Signed URL/, '15 Minutes');
    await workbench.toast(/Copied a signed URL for “.*orders\.jar”\. It works until/).waitFor();
    const response = await fetch(await workbench.clipboard());
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), orders);
    await workbench.clearToasts();
  });

  it('uploads a file that is dropped on a folder', async () => {
    await workbench.showExplorer();
    const tab = await workbench.openFile('notes.txt');
    await edas.show();
    await tab.dragTo(row('many'));
    await workbench.toast(/Uploaded notes\.txt/).waitFor();
    assert.deepEqual(await sandbox.objects.read(key('many/notes.txt')), notes);
    await sandbox.objects.delete(key('many/notes.txt'));
    await workbench.clearToasts();
  });

  it('uploads to a folder from its context menu', async () => {
    await workbench.contextMenu(row('many'), 'Upload Files Here…');
    await workbench.choose(/EDAS: Upload File/, 'notes.txt');
    await workbench.toast(/Uploaded notes\.txt/).waitFor();
    assert.deepEqual(await sandbox.objects.read(key('many/notes.txt')), notes);
    await sandbox.objects.delete(key('many/notes.txt'));
    await workbench.clearToasts();
  });

  it('filters by the beginning of the names', async () => {
    await workbench.command('EDAS: Filter Packages by Name');
    await workbench.enter(/EDAS: Filter Packages/, 'many/app-1');
    await row('many/app-100.jar').waitFor();
    await expectGone('orders.jar');
    await workbench.screenshot('packages-filtered');
    await workbench.command('EDAS: Filter Packages by Name');
    await workbench.enter(/EDAS: Filter Packages/, 'nothing-like-this');
    await press('Nothing found', 'Clear Package Filter');
    await row('orders.jar').waitFor();
  });

  it('deletes several objects after a confirmation that names them', async () => {
    await select('orders.jar', 'stock.jar');
    await workbench.contextMenu(row('stock.jar'), 'Delete…');
    await workbench.dialog.getByText('Delete 2 objects from the package prefix?').waitFor();
    assert.match(await workbench.dialog.innerText(), /orders\.jar\s+stock\.jar/);
    await workbench.screenshot('packages-delete');
    await workbench.pressInDialog('Cancel');
    assert.ok(sandbox.objects.exists(key('orders.jar')));
    await workbench.contextMenu(row('stock.jar'), 'Delete…');
    await workbench.pressInDialog('Delete');
    await expectGone('orders.jar');
    await expectGone('stock.jar');
    assert.ok(
      !sandbox.objects.exists(key('orders.jar')) && !sandbox.objects.exists(key('stock.jar')),
    );
  });

  it('reports missing permissions, and still does what is allowed', async () => {
    await edas.upload('orders.jar');
    await workbench.toast(/Uploaded orders\.jar/).waitFor();
    await workbench.clearToasts();
    await edas.show();
    sandbox.settings.denied = new Set(['GetObject', 'DeleteObject']);
    await press('orders.jar', 'Download');
    await workbench.enterPath(/EDAS: Download/, path.join(session.workspace, 'denied.jar'));
    await workbench.toast(/denied\.jar was not downloaded: OSS denied access/).waitFor();
    await workbench.clearToasts();
    await workbench.contextMenu(row('orders.jar'), 'Delete…');
    await workbench.pressInDialog('Delete');
    await workbench.toast(/orders\.jar was not deleted: OSS denied access/).waitFor();
    await workbench.clearToasts();
    // OSS may deny access to one object only: a second attempt must be possible.
    sandbox.settings.denied = new Set(['GetObject']);
    await workbench.contextMenu(row('orders.jar'), 'Delete…');
    await workbench.pressInDialog('Delete');
    await expectGone('orders.jar');

    sandbox.settings.denied = new Set(['ListObjectsV2']);
    await workbench.command('EDAS: Fetch Credential');
    await workbench.command('EDAS: Refresh Packages');
    await row('No permission to list').waitFor();
    await workbench.screenshot('packages-denied');
    await edas.upload('stock.jar');
    await workbench.toast(/Uploaded stock\.jar/).waitFor();
    await workbench.clearToasts();
    assert.equal(sandbox.requestLog.count({ operation: 'ListObjectsV2', status: 403 }), 1);
    await edas.show();
    sandbox.settings.denied = new Set();
    await press('No permission to list', 'Fetch Credential');
    await row('stock.jar').waitFor();
    await expectGone('No permission to list');
  });
});
