import assert from 'node:assert/strict';
import { afterEach, before, describe, it } from 'mocha';
import { Sandbox } from '../../sandbox';
import { vsix } from '../locations.mjs';
import { packCallerExtension } from './callerExtension';
import { Edas } from './edas';
import { hostileLink, recordHostileTexts, type Recorder } from './hostile';
import { endAfterwards, photographFailures } from './hooks';
import { Session } from './session';
import type { Workbench } from './workbench';

/** A window with three roots, and another extension in it that wants to upload. */
describe('Several roots, and another extension', () => {
  let sandbox: Sandbox;
  let session: Session;
  let workbench: Workbench;
  let edas: Edas;
  let seen: Recorder;
  const roots = ['one', 'two', 'three'];

  const ending = endAfterwards();
  before(async () => {
    sandbox = ending(await Sandbox.start());
    const caller = ending(await packCallerExtension());
    session = ending(
      await Session.start({
        vsix,
        otherExtensions: [caller.vsix],
        roots,
        settings: {
          'edasPackages.endpoint': sandbox.edasEndpoint,
          'terminal.integrated.gpuAcceleration': 'off', // else its text is a picture
          'task.quickOpen.history': 0, // else a task that ran is offered beside the type
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
  photographFailures(() => session.workbench);
  afterEach(() => assert.deepEqual([...seen.faults], []));

  const key = (name: string) => `${sandbox.keyPrefix}/${name}`;

  for (const root of roots) {
    it(`uploads the package of the root whose task is picked: ${root}`, async () => {
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
    await workbench.answer(/Caller: name/, name);
  }

  it('asks before another extension uploads, and does not upload when the question is left', async () => {
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
    // The answer holds for this window.
    await callerUploads('again.jar');
    await workbench.toast('Caller: api.denied').waitFor();
    await workbench.clearToasts();
  });

  it('asks again in a new window, and remembers what holds for all', async () => {
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
