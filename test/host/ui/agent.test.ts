import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { Sandbox } from '../../sandbox';
import { browserHostRuns } from '../install.mjs';
import { vsix } from '../locations.mjs';
import { packCallerExtension } from './callerExtension';
import { Edas } from './edas';
import { hostileName } from './hostile';
import { stopAfterTests, screenshotOnFailure } from './hooks';
import { Session } from './session';
import type { Workbench } from './workbench';

/**
 * The agent's tools, invoked by another extension: outside of a chat VS Code shows their confirmation in a dialog.
 * Each test continues in the state that the one before it left.
 */
describe("Agent's tools", () => {
  let sandbox: Sandbox;
  let session: Session;
  let workbench: Workbench;
  let edas: Edas;

  const stopAfter = stopAfterTests();
  before(async function () {
    // Skipped: the tests begin in a window that is not trusted, and a desktop VS Code is started here with trust disabled.
    if (!browserHostRuns || process.env.VSCODE_EXECUTABLE) return this.skip();
    sandbox = stopAfter(await Sandbox.start());
    sandbox.deploy.add({ name: 'orders', regionId: 'cn-hangzhou' });
    const caller = stopAfter(await packCallerExtension());
    session = stopAfter(
      await Session.start({
        vsix,
        otherExtensions: [caller.vsix],
        requiresTrust: true,
        settings: {
          'edasPackages.endpoint': sandbox.edasEndpoint,
          'chat.disableAIFeatures': false,
          'security.workspace.trust.enabled': true,
          'security.workspace.trust.startupPrompt': 'never',
          'security.workspace.trust.banner': 'never',
          'workbench.editor.useModal': 'off', // the trust editor would cover the window
        },
        files: { 'target/app.jar': 'built', [hostileName]: 'hostile' },
      }),
    );
    workbench = session.workbench;
    edas = new Edas(workbench);
    await edas.signIn(sandbox.keys[0]!);
    await workbench.clearToasts();
  });
  screenshotOnFailure(() => session.workbench);

  const key = (name: string) => `${sandbox.keyPrefix}/${name}`;
  const puts = () => sandbox.requestLog.count({ operation: 'PutObject' });
  const invoke = async (name: string, input: object) => {
    await workbench.command('Caller: Invoke Tool');
    await workbench.enter(/Caller: name and input/, JSON.stringify({ name, input }));
  };
  const expectResult = async (result: RegExp) => {
    const toast = workbench.toast('Caller: ');
    await toast.waitFor();
    assert.match(await toast.innerText(), result);
    await workbench.clearToasts();
  };

  it('fail without a request in a workspace that is not trusted', async () => {
    await session.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor();
    sandbox.requestLog.clear();
    await invoke('edas_upload_package', { file: 'target/app.jar' });
    await expectResult(/Caller: error: workspace\.notTrusted/);
    await invoke('edas_list_packages', {});
    await expectResult(/Caller: error: workspace\.notTrusted/);
    assert.deepEqual(sandbox.requestLog.entries, []);
  });

  it('upload nothing when the user declines', async () => {
    await workbench.trustWorkspace();
    await workbench.command('View: Close All Editors');
    await invoke('edas_upload_package', { file: 'target/app.jar' });
    await workbench.dialog.waitFor();
    const text = await workbench.dialog.innerText();
    assert.match(text, /Upload to the EDAS package prefix\?/);
    assert.match(text, /File: .*workspace\/target\/app\.jar\n/);
    assert.match(text, /Size: 5 B, changed /);
    assert.ok(text.includes(`Object key: ${key('app.jar')}`), text);
    assert.match(text, /No object exists under this key\./);
    await workbench.screenshot('agent-upload');
    assert.equal(puts(), 0);
    await workbench.pressInDialog('Cancel');
    await expectResult(/Caller: Canceled/);
    assert.equal(puts(), 0);
  });

  it('upload a file that the user confirms', async () => {
    await invoke('edas_upload_package', { file: 'target/app.jar' });
    await workbench.dialog.waitFor();
    await workbench.pressInDialog('Yes');
    await expectResult(/Caller: package: "app\.jar".*verified: true/);
    assert.equal(String(await sandbox.objects.read(key('app.jar'))), 'built');
  });

  it('name everything that a deployment changes in its confirmation', async () => {
    await invoke('edas_deploy_package', { application: 'orders', package: 'app.jar' });
    await workbench.dialog.waitFor();
    const text = await workbench.dialog.innerText();
    for (const expected of [
      /Deploy to an EDAS application\?/,
      /Size: 5 B/,
      /Application: orders/,
      /Namespace: cn-hangzhou/,
      /Package: .*\/app\.jar/,
      /Version: app-\d{8}-/,
      /Deployed now: 1\.0/,
      /may not respond meanwhile/,
    ])
      assert.match(text, expected);
    await workbench.screenshot('agent-deploy');
    assert.equal(sandbox.requestLog.count({ operation: 'DeployApplication' }), 0);
    await workbench.pressInDialog('Yes');
    await expectResult(/Caller: deployment: ".+" application: "orders" .* state: "running"/);
    assert.equal(sandbox.requestLog.count({ operation: 'DeployApplication' }), 1);
  });

  it('require the same confirmation in the chat', async () => {
    const call = { name: 'edas_upload_package', input: { file: hostileName } };
    const chat = session.page.locator('.interactive-session');
    const requests = chat.locator('.interactive-request');
    const send = async () => {
      const sent = await requests.count();
      await session.page.keyboard.insertText(`@caller ${JSON.stringify(call)}`);
      await session.page.keyboard.press('Enter');
      await requests.nth(sent).waitFor();
    };
    await workbench.command('Chat: Open Chat');
    await chat.locator('.interactive-input-part .monaco-editor.focused').waitFor();
    await send();
    // VS Code looks for models at the first request, which therefore fails. The next is sent when it has ended.
    await chat.getByText('Language model unavailable').waitFor();
    await chat.locator('.chat-input-toolbars').getByText('Silent').waitFor();
    await send();
    const confirmation = chat.locator('.chat-tool-confirmation-carousel');
    const message = confirmation.locator('.chat-confirmation-widget-message');
    await message.getByText('Object key: ').waitFor();
    assert.match(await confirmation.innerText(), /Upload to the EDAS package prefix\?/);
    const text = await message.innerText();
    assert.ok(text.replaceAll('\u2060', '').includes(`Object key: ${key(hostileName)}`), text);
    assert.equal(await message.locator('a[href], b, code, .codicon-flame').count(), 0);
    await workbench.screenshot('agent-chat');
    const before = puts();
    await confirmation.getByText('Skip', { exact: true }).click();
    await confirmation.waitFor({ state: 'detached' });
    assert.equal(puts(), before);
  });

  it('show a file name with links and icons as plain text', async () => {
    await invoke('edas_upload_package', { file: hostileName });
    await workbench.dialog.waitFor();
    assert.equal(await workbench.dialog.locator('.dialog-message-row a[href]').count(), 0);
    const text = await workbench.dialog.innerText();
    assert.ok(text.replaceAll('\u2060', '').includes(hostileName), text);
    await workbench.screenshot('agent-hostile');
    await workbench.pressInDialog('Cancel');
    await expectResult(/Caller: Canceled/);
  });
});
