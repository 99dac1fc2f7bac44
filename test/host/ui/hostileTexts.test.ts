import assert from 'node:assert/strict';
import path from 'node:path';
import { afterEach, before, describe, it } from 'mocha';
import { Sandbox } from '../../sandbox';
import { vsix } from '../locations.mjs';
import { Edas } from './edas';
import { stopAfterTests, screenshotOnFailure } from './hooks';
import {
  hostileLink,
  hostileName,
  hostileMessage,
  mark,
  recordHostileTexts,
  bidiName,
  type Area,
  type Recorder,
} from './hostile';
import { Session } from './session';
import type { Workbench } from './workbench';

const marked = new RegExp(mark);

/** File names, object keys, account names and servers' messages that contain links, icons, markup or control characters. */
describe('Hostile text is shown as plain text', () => {
  let sandbox: Sandbox;
  let session: Session;
  let workbench: Workbench;
  let edas: Edas;
  let seen: Recorder;

  const stopAfter = stopAfterTests();
  before(async function () {
    // Skipped: the workspace has files with < and > in their names, which Windows does not allow.
    if (process.platform === 'win32') return this.skip();
    sandbox = stopAfter(await Sandbox.start());
    session = stopAfter(
      await Session.start({
        vsix,
        settings: {
          'edasPackages.endpoint': sandbox.edasEndpoint,
          'terminal.integrated.gpuAcceleration': 'off', // otherwise its text is drawn on a canvas
        },
        files: {
          '.vscode/tasks.json': JSON.stringify({
            version: '2.0.0',
            tasks: [{ label: 'deploy', type: 'edas-upload', file: '*z`.jar' }],
          }),
          [hostileName]: 'hostile',
          [bidiName]: 'turned',
          'app.jar': 'app',
        },
      }),
    );
    workbench = session.workbench;
    edas = new Edas(workbench);
    seen = await recordHostileTexts(session.page);
    await edas.signIn(sandbox.keys[0]!);
    await workbench.clearToasts();
  });
  screenshotOnFailure(() => session.workbench);
  afterEach(() => {
    sandbox.faults.clear();
    assert.deepEqual([...seen.faults], []);
  });

  const key = (name: string) => `${sandbox.keyPrefix}/${name}`;
  const refuse = (operation: 'GetObject' | 'PutObject' | 'DeleteObject') =>
    sandbox.faults.add(
      { operation },
      { kind: 'error', status: 403, code: 'AccessDenied', message: hostileMessage },
    );
  const row = (view: string) => workbench.row(view, marked);
  /** Waits for a message with the mark, and closes it. */
  const expectToast = async (text: RegExp, screenshot?: string) => {
    const toast = workbench.toast(text);
    await toast.waitFor();
    assert.match(await toast.innerText(), marked);
    if (screenshot) await workbench.screenshot(`hostile-${screenshot}`);
    await workbench.clearToasts();
  };
  const explorerFile = (text: RegExp) =>
    session.page.locator('.explorer-folders-view .monaco-list-row', { hasText: text }).first();
  const upload = async (text: RegExp) => {
    await workbench.showExplorer();
    await workbench.contextMenu(explorerFile(text), 'Upload to EDAS Package Prefix');
  };
  const shownIn = (area: Area) =>
    workbench.until(() => Promise.resolve(seen.areas.has(area)), `the mark in the ${area}`);

  it('in the name of an account', async () => {
    await workbench.command('EDAS: Rename Account…');
    await workbench.enter(/Account name/, `${hostileLink} $(flame)`);
    await edas.waitForFact('Account', marked);
    await workbench.hover(edas.status);
    await workbench.screenshot('hostile-account');
    await shownIn('hover');
    await workbench.command('EDAS: Switch Account…');
    await workbench.waitForPrompt(marked);
    await shownIn('quick pick');
    await session.page.keyboard.press('Escape');
    await workbench.command('EDAS: Remove Account…');
    await workbench.waitForPrompt(marked);
    await workbench.choice(marked).click();
    await workbench.dialog.getByText(marked).first().waitFor();
    await workbench.screenshot('hostile-remove-account');
    await workbench.pressInDialog('Cancel');
  });

  it('in the name of a file, during and after the upload', async () => {
    sandbox.faults.add({ operation: 'PutObject' }, { kind: 'delay', ms: 3000 });
    await upload(/z`\.jar/);
    await workbench.toast(/Uploading .*HOSTILE/).waitFor();
    const toast = workbench.toast(/Uploaded .*verified by CRC-64/);
    await toast.waitFor();
    await workbench.screenshot('hostile-uploaded');
    await workbench.pressInToast(/Uploaded/, 'Show');
    await workbench.waitForPrompt(marked);
    await workbench.screenshot('hostile-details');
    await session.page.keyboard.press('Escape');
    await workbench.clearToasts();
    assert.equal(String(await sandbox.objects.read(key(hostileName))), 'hostile');
  });

  it('in the name of a file that exists already', async () => {
    await session.write(hostileName, 'changed');
    await upload(/z`\.jar/);
    await workbench.dialog.getByText(/already exists/).waitFor();
    await workbench.screenshot('hostile-conflict');
    await shownIn('modal dialog');
    await workbench.pressInDialog('Skip');
    await session.page
      .getByText(/Skipped: /)
      .first()
      .waitFor();
  });

  it('in the name of a file that cannot be uploaded', async () => {
    await upload(/31m\.jar/);
    await expectToast(/contains a line break/, 'refused');
  });

  it('in error messages of OSS and EDAS', async () => {
    refuse('PutObject');
    await upload(/app\.jar/);
    await expectToast(/app\.jar was not uploaded: OSS denied access/, 'oss');
    sandbox.faults.add(
      { service: 'edas' },
      { kind: 'error', status: 400, code: 'Quota.Exceeded', message: hostileMessage },
    );
    await workbench.command('EDAS: Fetch Credential');
    await expectToast(/EDAS rejected/, 'edas');
    await edas.show();
    await workbench.hover(workbench.row('Credential', /failed/));
    await workbench.command('EDAS: Fetch Credential');
  });

  it('in the rows and hovers of transfers', async () => {
    await edas.show();
    await row('Transfers').waitFor();
    assert.match(await workbench.hover(row('Transfers')), marked);
    await workbench.screenshot('hostile-transfers');
    await shownIn('row of a view');
  });

  it('in object keys: rows, hovers, copying, deletion and download', async () => {
    await sandbox.objects.put({
      key: key(`${bidiName}/${bidiName}`),
      size: 1,
      etag: '"E"',
      headers: {},
      lastModified: Date.now(),
      type: 'Normal',
      bodies: [],
    });
    await workbench.command('EDAS: Refresh Packages');
    const folder = workbench.row('Packages', /31m\.jar/);
    assert.match(await workbench.hover(folder), marked);
    await folder.click();
    const object = workbench
      .rows('Packages')
      .filter({ hasText: /31m\.jar.*just now/ })
      .first();
    assert.match(await workbench.hover(object), /Size: 1 B[^]*ETag/);
    await workbench.screenshot('hostile-packages');
    await workbench.contextMenu(object, 'Copy…');
    await workbench.waitForPrompt(/EDAS: Copy/);
    await workbench.screenshot('hostile-copy');
    await workbench.choice('Object Key').click();
    await expectToast(/Nothing was copied/, 'not-copied');
    await workbench.contextMenu(object, 'Copy…');
    await workbench.choose(/EDAS: Copy/, 'Signed URL');
    await workbench.choose(/How long should it be valid/, '15 Minutes');
    await expectToast(/Copied a signed URL/, 'signed');
    refuse('DeleteObject');
    await workbench.contextMenu(object, 'Delete…');
    await workbench.dialog.getByText(/Delete “/).waitFor();
    await workbench.screenshot('hostile-delete');
    await workbench.pressInDialog('Delete');
    await expectToast(/was not deleted: OSS denied access/);
    refuse('GetObject');
    await workbench.contextMenu(object, 'Download…');
    await workbench.waitForPrompt(/EDAS: Download/);
    assert.match(await workbench.input.inputValue(), /^[\x20-\x7e]+$/);
    await workbench.enterPath(/EDAS: Download/, path.join(session.workspace, `${hostileLink}.jar`));
    await expectToast(/was not downloaded: OSS denied access/, 'not-downloaded');
  });

  it('in the status bar after an object key was copied', async () => {
    await workbench.contextMenu(workbench.row('Packages', /z`\.jar/), 'Copy…');
    await workbench.choose(/EDAS: Copy/, 'Object Key');
    await shownIn('status bar');
    await workbench.screenshot('hostile-status');
  });

  it('in the input box with the object key of the active file', async () => {
    await workbench.showExplorer();
    await explorerFile(/z`\.jar/).dblclick();
    await session.page.locator('.tab', { hasText: marked }).first().waitFor();
    await workbench.command('EDAS: Set Object Key Template');
    await workbench.waitForPrompt(/Object key: .*HOSTILE/);
    await workbench.screenshot('hostile-template');
    await workbench.input.fill('${nothing}/[HOSTILE](command:hostile.run)');
    await workbench.waitForPrompt(/unknown variable/);
    await shownIn('input box');
    await session.page.keyboard.press('Escape');
    await workbench.command('EDAS: Upload File to Package Prefix…');
    await workbench.waitForPrompt(marked);
    await workbench.screenshot('hostile-file-pick');
    await session.page.keyboard.press('Escape');
  });

  it('in the terminal of a task', async () => {
    await workbench.command('Tasks: Run Task');
    await workbench.choose(/Select the task to run/, 'deploy');
    await shownIn('terminal');
    await workbench.waitForText(
      async () =>
        (await session.page.locator('.xterm-rows').allInnerTexts()).join('').replaceAll('\n', ''),
      /already exists/,
      'the terminal',
    );
    await workbench.screenshot('hostile-terminal');
  });

  it('in the log', async function () {
    if (!session.outputChannels) this.skip(); // @vscode/spdlog could not be compiled: output channels stay empty
    assert.match(await workbench.output('EDAS Package Storage'), marked);
    await workbench.screenshot('hostile-log');
    await shownIn('log');
  });
});
