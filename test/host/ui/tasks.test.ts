import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { Sandbox } from '../../sandbox';
import { unzip } from '../../unit/core/zip/unzip';
import { vsix } from '../locations.mjs';
import { binary } from './binary';
import { Edas } from './edas';
import { stopAfterTests, screenshotOnFailure } from './hooks';
import { Session } from './session';
import type { Workbench } from './workbench';

const upload = 'Upload to EDAS Package Prefix';
const uploadAsZip = 'Upload as ZIP to EDAS Package Prefix';
const library = binary(100_000);

const tasksJson = {
  version: '2.0.0',
  tasks: [
    {
      label: 'build',
      type: 'process',
      command: 'node',
      args: [
        '-e',
        "require('node:fs').mkdirSync('target', { recursive: true }); require('node:fs').writeFileSync('target/shop-1.0.jar', 'built ' + Date.now())",
      ],
      problemMatcher: [],
    },
    { label: 'deploy', type: 'edas-upload', file: 'target/*.jar', dependsOn: 'build' },
  ],
};

/** What can be done before and after an upload. */
describe('Menus, ZIP uploads, the key template, tasks and copying', () => {
  let sandbox: Sandbox;
  let session: Session;
  let workbench: Workbench;
  let edas: Edas;

  const stopAfter = stopAfterTests();
  before(async () => {
    sandbox = stopAfter(await Sandbox.start());
    session = stopAfter(
      await Session.start({
        vsix,
        settings: {
          'edasPackages.endpoint': sandbox.edasEndpoint,
          'edasPackages.zip.exclude': ['.git/', '*.log'],
          'terminal.integrated.gpuAcceleration': 'off', // otherwise its text is drawn on a canvas
        },
        files: {
          '.vscode/tasks.json': JSON.stringify(tasksJson),
          'dist/index.html': '<p>shop</p>',
          'dist/lib/shop.jar': library,
          'dist/run.log': 'excluded',
          'dist/.git/config': 'excluded',
          'a.txt': 'a',
          'notes.txt': 'Notes of the release',
        },
      }),
    );
    workbench = session.workbench;
    edas = new Edas(workbench);
    await edas.signIn(sandbox.keys[0]!);
    await workbench.clearToasts();
  });
  screenshotOnFailure(() => session.workbench);

  const stored = (name: string) => sandbox.objects.read(`${sandbox.keyPrefix}/${name}`);
  const entries = async (target: string): Promise<readonly string[]> => {
    await workbench.openContextMenu(workbench.file(target));
    const labels = await workbench.page.locator('.monaco-menu .action-item').allInnerTexts();
    await workbench.screenshot(`menu-${target}`);
    await workbench.page.keyboard.press('Escape');
    return labels.map((label) => label.trim()).filter((label) => label.includes('EDAS'));
  };
  const terminal = async (): Promise<string> =>
    (await workbench.page.locator('.terminal-wrapper .xterm-rows').allInnerTexts())
      .join(' ')
      .replace(/\s+/g, ' ');
  const copied = (expected: RegExp): Promise<string> =>
    workbench.waitForText(() => workbench.clipboard(), expected, 'the clipboard');

  it('offers a file upload, a ZIP upload or both, depending on the selection', async () => {
    await workbench.showExplorer();
    assert.deepEqual(await entries('notes.txt'), [upload]);
    assert.deepEqual(await entries('dist'), [uploadAsZip]);
    await workbench.select(['a.txt', 'notes.txt']);
    assert.deepEqual(await entries('notes.txt'), [upload, uploadAsZip]);
  });

  it('uploads a folder as one ZIP, without the files that the setting excludes', async () => {
    await workbench.contextMenu(workbench.file('dist'), uploadAsZip);
    await workbench.toast(/Uploaded dist\.zip .*verified by CRC-64/).waitFor();
    await workbench.screenshot('folder-uploaded');
    const zip = await unzip(await stored('dist.zip'));
    assert.deepEqual([...zip.keys()], ['index.html', 'lib/', 'lib/shop.jar']);
    assert.deepEqual(zip.get('lib/shop.jar')?.bytes, library);
    await workbench.clearToasts();
  });

  it('uploads several items as one ZIP', async () => {
    await workbench.select(['a.txt', 'notes.txt']);
    await workbench.contextMenu(workbench.file('notes.txt'), uploadAsZip);
    await workbench.toast(/Uploaded workspace\.zip/).waitFor();
    const zip = await unzip(await stored('workspace.zip'));
    assert.deepEqual([...zip.keys()], ['a.txt', 'notes.txt']);
    await workbench.clearToasts();
  });

  it('uploads a file from its editor tab', async () => {
    await workbench.contextMenu(await workbench.openFile('notes.txt'), upload);
    await workbench.toast(/Uploaded notes\.txt/).waitFor();
    assert.equal((await stored('notes.txt')).toString(), 'Notes of the release');
    await workbench.clearToasts();
  });

  it('previews the object key while the template is edited', async () => {
    await workbench.command('EDAS: Set Object Key Template');
    await workbench.waitForPrompt(/Object key: .*\/notes\.txt · Variables: \$\{fileName\}/);
    await workbench.input.fill('${workspaceFolderName}/${nothing}');
    await workbench.waitForPrompt(/unknown variable \$\{nothing\}/);
    await workbench.input.fill('../${fileName}');
    await workbench.waitForPrompt(/would be outside the package prefix/);
    await workbench.input.fill('${gitBranch}/${fileName}');
    await workbench.waitForPrompt(/Git extension is off/);
    await workbench.input.fill('${workspaceFolderName}/${fileName}');
    await workbench.waitForPrompt(
      new RegExp(`Object key: ${sandbox.keyPrefix}/workspace/notes\\.txt`),
    );
    await workbench.screenshot('template');
    await workbench.input.press('Enter');
    await workbench.choose(/Where should it apply/, 'This Workspace');
    await workbench.until(async () => {
      await workbench.command('EDAS: Set Object Key Template');
      await workbench.waitForPrompt(/Object key: /);
      const isSaved = (await workbench.input.inputValue()) === '${workspaceFolderName}/${fileName}';
      await workbench.input.press('Escape');
      return isSaved;
    }, 'the template to be saved');
    await edas.upload('a.txt');
    await workbench.toast(/Uploaded a\.txt/).waitFor();
    assert.equal((await stored('workspace/a.txt')).toString(), 'a');
    await workbench.clearToasts();
  });

  it('uploads the result of a build task, and fails if the object exists', async () => {
    await workbench.command('Tasks: Run Task');
    await workbench.choose(/Select the task to run/, 'deploy');
    await workbench.waitForText(
      terminal,
      /verified by CRC-64\. Key: .*Internal URL/,
      'the terminal',
    );
    await workbench.screenshot('task-done');
    assert.match((await stored('workspace/shop-1.0.jar')).toString(), /^built \d+$/);
    await workbench.command('Tasks: Rerun Last Task');
    await workbench.waitForText(terminal, /already exists and was not overwritten/, 'the terminal');
    await workbench.screenshot('task-conflict');
    await workbench.command('View: Hide Panel');
    await workbench.clearToasts();
  });

  it('copies the bucket, and the path and URLs of an object', async () => {
    const key = `${sandbox.keyPrefix}/workspace/shop-1.0.jar`;
    const copy = async (form: string): Promise<void> => {
      await workbench.command('EDAS: Copy…');
      await workbench.choose(/Select what to copy/, form);
      await workbench.choose(/Object that was uploaded/, 'shop-1.0.jar');
    };
    await workbench.command('EDAS: Copy…');
    await workbench.waitForPrompt(/Select what to copy/);
    await workbench.screenshot('copy');
    await workbench.choice('Bucket').click();
    await copied(new RegExp(`^${sandbox.bucket}$`));
    await copy('oss:// Path');
    await copied(new RegExp(`^oss://${sandbox.bucket}/${key}$`));
    await copy('Internal URL for EDAS Deployment');
    await copied(new RegExp(`^${sandbox.ossEndpoint}/${sandbox.bucket}/${key}$`));

    await copy('Signed URL');
    await workbench.waitForPrompt(/How long should it be valid/);
    await workbench.screenshot('copy-signed');
    await workbench.choice('15 Minutes').click();
    const toast = workbench.toast(/Copied a signed URL for .*It works until \d/);
    await toast.waitFor();
    await workbench.screenshot('copied-signed');
    const url = await copied(/x-oss-signature=/);
    assert.ok(
      !(await workbench.page.content()).includes(new URL(url).searchParams.get('x-oss-signature')!),
    );
    assert.match(await (await fetch(url)).text(), /^built \d+$/);
    await workbench.clearToasts();
  });

  it('explains that a private cloud has its own console', async () => {
    await workbench.command('EDAS: Open EDAS Console');
    await workbench.toast(/has its own console/).waitFor();
    await workbench.clearToasts();
  });
});
