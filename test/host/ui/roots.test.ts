import assert from 'node:assert/strict';
import { afterEach, before, describe, it } from 'mocha';
import { Sandbox } from '../../sandbox';
import { vsix } from '../locations.mjs';
import { packCallerExtension } from './callerExtension';
import { Edas } from './edas';
import { hostileLink, recordHostileTexts, type Recorder } from './hostile';
import { stopAfterTests, screenshotOnFailure } from './hooks';
import { Session } from './session';
import type { Workbench } from './workbench';

/** A window with three root folders, and another extension that uploads files. */
describe('A multi-root workspace with another extension', () => {
  let sandbox: Sandbox;
  let session: Session;
  let workbench: Workbench;
  let edas: Edas;
  let seen: Recorder;
  const roots = ['one', 'two', 'three'];

  const stopAfter = stopAfterTests();
  before(async () => {
    sandbox = stopAfter(await Sandbox.start());
    const caller = stopAfter(await packCallerExtension());
    session = stopAfter(
      await Session.start({
        vsix,
        otherExtensions: [caller.vsix],
        roots,
        settings: {
          'edasPackages.endpoint': sandbox.edasEndpoint,
          'terminal.integrated.gpuAcceleration': 'off', // otherwise its text is drawn on a canvas
          'task.quickOpen.history': 0, // otherwise a task that ran before is listed with the type
        },
        files: {
          'one/app.jar': 'app',
          ...Object.fromEntries(roots.map((root) => [`${root}/target/shop.jar`, `of ${root}`])),
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
  afterEach(() => assert.deepEqual([...seen.faults], []));

  const key = (name: string) => `${sandbox.keyPrefix}/${name}`;

  for (const root of roots) {
    it(`uploads the package of the root folder whose task is chosen: ${root}`, async () => {
      await sandbox.objects.delete(key('shop.jar'));
      await workbench.command('Tasks: Run Task');
      await workbench.choose(/Select the task to run/, /edas-upload/);
      const task = workbench.quickInput.locator('.monaco-list-row', { hasText: root }).first();
      await task.waitFor();
      await workbench.screenshot(`roots-tasks-${root}`);
      await task.click();
      await workbench.until(
        () => Promise.resolve(sandbox.objects.exists(key('shop.jar'))),
        `the package of ${root}`,
      );
      assert.equal(String(await sandbox.objects.read(key('shop.jar'))), `of ${root}`);
    });
  }

  async function callerUploads(name: string): Promise<void> {
    await workbench.command('Caller: Upload');
    await workbench.enter(/Caller: name/, name);
  }

  it('prompts before another extension uploads, and denies it in this window after a cancel', async () => {
    await callerUploads(`${hostileLink} $(flame).jar`);
    await workbench.dialog.getByText(/Another extension wants to upload “/).waitFor();
    const text = await workbench.dialog.innerText();
    assert.match(text, /File: .*one\/app\.jar/);
    assert.match(text, /An existing package with that name is not changed\./);
    assert.match(text, /VS Code does not say which extension it is/);
    await workbench.screenshot('consent');
    await workbench.pressInDialog('Cancel');
    await workbench.toast('Caller: api.denied').waitFor();
    assert.equal(
      sandbox.objects.list().some((object) => object.key.includes('HOSTILE')),
      false,
    );
    await workbench.clearToasts();
    // The decision applies to this window.
    await callerUploads('again.jar');
    await workbench.toast('Caller: api.denied').waitFor();
    await workbench.clearToasts();
  });

  it('prompts again after a reload, and remembers Always Allow', async () => {
    await session.reload();
    await callerUploads('allowed.jar');
    await workbench.dialog.getByText('Another extension wants to upload “allowed.jar”.').waitFor();
    await workbench.pressInDialog('Always Allow');
    await workbench.toast('Caller: 3 bytes').waitFor();
    await workbench.clearToasts();
    await callerUploads('more.jar');
    await workbench.toast('Caller: 3 bytes').waitFor();
    assert.equal(String(await sandbox.objects.read(key('more.jar'))), 'app');
  });
});
