import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { before, beforeEach, describe, it } from 'mocha';
import { Sandbox } from '../../sandbox';
import { vsix } from '../locations.mjs';
import { binary } from './binary';
import { Edas } from './edas';
import { endAfterwards, photographFailures } from './hooks';
import { Session } from './session';
import type { Workbench } from './workbench';

const view = 'Packages';
const [orders, stock, notes] = [binary(300_000), binary(70_000), binary(1000)];

/** What stands under the prefix, each test going on where the one before ended. */
describe('Packages', () => {
  let sandbox: Sandbox;
  let session: Session;
  let workbench: Workbench;
  let edas: Edas;

  const ending = endAfterwards();
  before(async () => {
    sandbox = ending(await Sandbox.start());
    for (let n = 0; n < 450; n++) {
      await sandbox.objects.put({
        ...{ key: key(`many/app-${String(n).padStart(3, '0')}.jar`), size: 1024, etag: '"E"' },
        ...{ lastModified: Date.now() - 7_200_000, headers: {}, type: 'Normal', bodies: [] },
      });
    }
    session = ending(
      await Session.start({
        vsix,
        settings: { 'edasPackages.endpoint': sandbox.edasEndpoint },
        files: { 'orders.jar': orders, 'stock.jar': stock, 'notes.txt': notes, 'in/keep.txt': '' },
      }),
    );
    workbench = session.workbench;
    edas = new Edas(workbench);
  });
  photographFailures(() => session.workbench);
  beforeEach(() => sandbox.requestLog.clear());

  const key = (name: string) => `${sandbox.keyPrefix}/${name}`;
  const row = (label: string | RegExp) => workbench.row(view, label);
  const gone = (label: string) => row(label).waitFor({ state: 'detached' });
  const lists = () => sandbox.requestLog.count({ operation: 'ListObjectsV2' });
  const press = (label: string, action: string) => workbench.rowAction(view, label, action);
  const select = async (...labels: readonly string[]) => {
    for (const [index, label] of labels.entries()) {
      await row(label).click(index ? { modifiers: ['ControlOrMeta'] } : {});
    }
  };

  it('asks to sign in, and for nothing else', async () => {
    await edas.show();
    await workbench.view(view).getByText('Sign in to see what is stored').waitFor();
    await workbench.view(view).getByRole('button', { name: 'Sign In' }).waitFor();
    assert.deepEqual(sandbox.requestLog.entries, []);
  });

  it('lists what stands, folders unopened', async () => {
    await edas.signIn(sandbox.keys[0]!);
    await row('many').waitFor();
    assert.equal(lists(), 1);
    assert.equal(await row('many').getAttribute('aria-label'), 'many, folder');
    await workbench.clearToasts();
  });

  it('shows what is uploaded, without a click', async () => {
    await edas.upload('orders.jar', 'stock.jar');
    await workbench.toast(/Uploaded 2 files/).waitFor();
    await edas.show();
    await workbench.see(
      () => workbench.description(view, 'orders.jar'),
      /^293\.0 KB · (just now|1 m ago)$/,
      'the uploaded object',
    );
    await row('stock.jar').waitFor();
    assert.equal(lists(), 1);
    await workbench.clearToasts();
  });

  it('opens a folder page by page, with the keyboard alone', async () => {
    await row('many').click();
    await row('app-000.jar').waitFor();
    assert.equal(
      await row('app-000.jar').getAttribute('aria-label'),
      'app-000.jar, 1.0 KB, uploaded 2 h ago',
    );
    const loadMore = async (shown: number) => {
      await workbench.page.keyboard.press('End');
      await workbench.see(
        () => workbench.description(view, 'Load More'),
        new RegExp(`^${shown} shown$`),
        'Load More',
      );
      // Below it stand the two objects of the prefix itself.
      await workbench.page.keyboard.press('ArrowUp');
      await workbench.page.keyboard.press('ArrowUp');
      await workbench.screenshot(`packages-load-more-${shown}`);
      await workbench.page.keyboard.press('Enter');
      // The first one that has come is in sight and has the focus.
      const first = workbench.rows(view).and(workbench.page.locator('.focused'));
      await workbench.see(
        () => first.innerText(),
        new RegExp(`^app-${shown}\\.jar`),
        'the first one that has come',
      );
    };
    await loadMore(200);
    await loadMore(400);
    await workbench.page.keyboard.press('End');
    await row('app-449.jar').waitFor();
    await gone('Load More');
    assert.equal(lists(), 3);
  });

  it('keeps folders open when it is refreshed', async () => {
    await workbench.command('EDAS: Refresh Packages');
    await workbench.until(() => Promise.resolve(lists() === 2), 'both folders to be listed anew');
    await row('app-449.jar').waitFor();
    await workbench.page.keyboard.press('Home');
    await workbench.page.keyboard.press('ArrowLeft');
    await gone('app-000.jar');
  });

  it('downloads one object to a file, and asks before it overwrites', async () => {
    const file = path.join(session.workspace, 'fetched.jar');
    await press('orders.jar', 'Download');
    await workbench.answerPath(/EDAS: Download/, file);
    await workbench.toast(/Downloaded fetched\.jar \(293\.0 KB\), verified by CRC-64/).waitFor();
    assert.deepEqual(await readFile(file), orders);
    await workbench.screenshot('packages-downloaded');
    await workbench.clearToasts();

    await press('stock.jar', 'Download');
    await workbench.answerPath(/EDAS: Download/, file);
    await workbench.question(/fetched\.jar already exists/);
    await workbench.input.press('Enter');
    await workbench.toast(/Downloaded fetched\.jar \(68\.4 KB\)/).waitFor();
    assert.deepEqual(await readFile(file), stock);
    await workbench.clearToasts();
  });

  it('downloads several objects to a folder, keeping both where one stands', async () => {
    await select('orders.jar', 'stock.jar');
    await workbench.contextMenu(row('stock.jar'), 'Download…');
    await workbench.answerPath(/EDAS: Download 2 Objects/, session.workspace);
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
    const answer = await fetch(await workbench.clipboard());
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), orders);
    await workbench.clearToasts();
  });

  it('uploads what is dropped on a folder', async () => {
    await workbench.showExplorer();
    const tab = await workbench.openFile('notes.txt');
    await edas.show();
    await tab.dragTo(row('many'));
    await workbench.toast(/Uploaded notes\.txt/).waitFor();
    assert.deepEqual(await sandbox.objects.read(key('many/notes.txt')), notes);
    await sandbox.objects.delete(key('many/notes.txt'));
    await workbench.clearToasts();
  });

  it('uploads to a folder by its menu', async () => {
    await workbench.contextMenu(row('many'), 'Upload Files Here…');
    await workbench.choose(/EDAS: Upload File/, 'notes.txt');
    await workbench.toast(/Uploaded notes\.txt/).waitFor();
    assert.deepEqual(await sandbox.objects.read(key('many/notes.txt')), notes);
    await sandbox.objects.delete(key('many/notes.txt'));
    await workbench.clearToasts();
  });

  it('filters by the beginning of the names', async () => {
    await workbench.command('EDAS: Filter Packages by Name');
    await workbench.answer(/EDAS: Filter Packages/, 'many/app-1');
    await row('many/app-100.jar').waitFor();
    await gone('orders.jar');
    await workbench.screenshot('packages-filtered');
    await workbench.command('EDAS: Filter Packages by Name');
    await workbench.answer(/EDAS: Filter Packages/, 'nothing-like-this');
    await press('Nothing found', 'Clear Package Filter');
    await row('orders.jar').waitFor();
  });

  it('deletes several objects after a question that names them', async () => {
    await select('orders.jar', 'stock.jar');
    await workbench.contextMenu(row('stock.jar'), 'Delete…');
    await workbench.dialog.getByText('Delete 2 objects from the package prefix?').waitFor();
    assert.match(await workbench.dialog.innerText(), /orders\.jar\s+stock\.jar/);
    await workbench.screenshot('packages-delete');
    await workbench.pressInDialog('Cancel');
    assert.ok(sandbox.objects.exists(key('orders.jar')));
    await workbench.contextMenu(row('stock.jar'), 'Delete…');
    await workbench.pressInDialog('Delete');
    await gone('orders.jar');
    await gone('stock.jar');
    assert.ok(
      !sandbox.objects.exists(key('orders.jar')) && !sandbox.objects.exists(key('stock.jar')),
    );
  });

  it('says what the credential may not do, and goes on with the rest', async () => {
    await edas.upload('orders.jar');
    await workbench.toast(/Uploaded orders\.jar/).waitFor();
    await workbench.clearToasts();
    await edas.show();
    sandbox.settings.denied = new Set(['GetObject', 'DeleteObject']);
    await press('orders.jar', 'Download');
    await workbench.answerPath(/EDAS: Download/, path.join(session.workspace, 'denied.jar'));
    await workbench.toast(/denied\.jar was not downloaded: OSS denied access/).waitFor();
    await workbench.clearToasts();
    await workbench.contextMenu(row('orders.jar'), 'Delete…');
    await workbench.pressInDialog('Delete');
    await workbench.toast(/orders\.jar was not deleted: OSS denied access/).waitFor();
    await workbench.clearToasts();
    // The refusal may concern only this object: a second attempt must be possible.
    sandbox.settings.denied = new Set(['GetObject']);
    await workbench.contextMenu(row('orders.jar'), 'Delete…');
    await workbench.pressInDialog('Delete');
    await gone('orders.jar');

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
    await gone('No permission to list');
  });
});
