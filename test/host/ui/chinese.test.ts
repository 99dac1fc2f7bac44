import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { before, describe, it } from 'mocha';
import { Sandbox } from '../../sandbox';
import { browserHostRuns } from '../install.mjs';
import { vsix } from '../locations.mjs';
import { binary } from './binary';
import { Edas } from './edas';
import { stopAfterTests, screenshotOnFailure } from './hooks';
import { Session } from './session';
import type { Workbench } from './workbench';

/** The workbench itself stays English here, because its language pack is not installed. */
describe('The extension in Simplified Chinese', () => {
  let sandbox: Sandbox;
  let session: Session;
  let workbench: Workbench;
  let edas: Edas;

  const stopAfter = stopAfterTests();
  before(async function () {
    // Skipped: a desktop VS Code takes its language from a language pack, which is not installed here.
    if (!browserHostRuns || process.env.VSCODE_EXECUTABLE) return this.skip();
    sandbox = stopAfter(await Sandbox.start());
    session = stopAfter(
      await Session.start({
        vsix,
        language: 'zh-cn',
        settings: { 'edasPackages.endpoint': sandbox.edasEndpoint },
        files: { 'app.jar': binary(300_000), 'target/inner.jar': 'inner' },
      }),
    );
    workbench = session.workbench;
    edas = new Edas(workbench);
  });
  screenshotOnFailure(() => session.workbench);

  const step = (id: string): Locator =>
    session.page.locator(`.getting-started-step[data-step-id$="#start#${id}"]`);
  /** The picture beside the steps; the previous one stays until the next is loaded. */
  const picture = (): Locator =>
    session.page
      .frameLocator('iframe.webview.ready')
      .frameLocator('#active-frame:only-of-type')
      .locator('svg');
  const isDone = (id: string): Promise<void> =>
    step(id).locator('.codicon-getting-started-step-checked').waitFor();

  it('shows the walkthrough from signing in to tasks', async () => {
    await workbench.command('Welcome: Open Walkthrough...');
    await workbench.choose(/walkthrough/i, 'EDAS Package Storage 入门');
    await step('signIn').getByText('使用 AccessKey 登录').waitFor();
    await session.page.setViewportSize({ width: 1600, height: 800 }); // a narrow window shows no pictures
    for (const id of ['task', 'upload', 'credential', 'signIn']) {
      await step(id).click();
      await step(id).getByRole('button').first().waitFor();
      await picture().waitFor();
      await workbench.screenshot(`chinese-walkthrough-${id}`);
    }
    assert.equal(await step('signIn').locator('[class*="step-checked"]').count(), 0);

    await step('signIn').getByRole('button', { name: '登录' }).click();
    await workbench.enter(/阿里云账号或 RAM 用户的 AccessKey ID/, sandbox.keys[0]!.id);
    await workbench.enter(/AccessKey Secret，仅保存在/, sandbox.keys[0]!.secret);
    await workbench.waitForPrompt(/EDAS: 登录[^]*地域/);
    await workbench.screenshot('chinese-regions');
    await workbench.choose(/EDAS: 登录[^]*地域/, /华东1（杭州）/);
    await workbench.toast(/已登录 EDAS/).waitFor();
    await isDone('signIn');
  });

  it('shows the credential, the transfers and the status bar item', async () => {
    await workbench.showView('EDAS 部署包');
    const seen = await workbench.waitForText(
      () => workbench.description('凭证', '过期时间'),
      /^\d+ 分 \d+ 秒后过期$/,
      'a countdown',
    );
    assert.match(seen, /后过期/);
    assert.equal(await workbench.description('凭证', '部署包前缀'), sandbox.keyPrefix);
    await workbench.view('传输').getByText('尚未上传任何内容。').waitFor();
    await edas.waitForStatus(/EDAS \d+ 分钟/);
    await isDone('credential');
    await workbench.screenshot('chinese-views');
  });

  it('uploads a file from the Explorer', async () => {
    await workbench.showExplorer();
    await workbench.contextMenu(workbench.file('app.jar'), '上传到 EDAS 部署包前缀');
    await workbench.toast(/已上传 app\.jar \(293\.0 KB\)，CRC-64 校验通过。/).waitFor();
    await workbench.screenshot('chinese-uploaded');
    assert.ok(sandbox.objects.exists(`${sandbox.keyPrefix}/app.jar`));
    await isDone('upload');
    await workbench.clearToasts();
  });

  it('prompts before it overwrites, and reports a skipped file', async () => {
    await session.write('app.jar', binary(300_000));
    await workbench.showExplorer();
    await workbench.contextMenu(workbench.file('app.jar'), '上传到 EDAS 部署包前缀');
    await workbench.dialog.getByText('部署包前缀下已存在“app.jar”。').waitFor();
    await workbench.screenshot('chinese-conflict');
    await workbench.pressInDialog('跳过');
    await session.page.getByText('已跳过：app.jar。').first().waitFor();
  });

  it('reports the bucket in the connection test', async () => {
    await workbench.command('EDAS: 测试连接…');
    await workbench.toast(/的连接正常：EDAS 返回了 Bucket/).waitFor();
    await workbench.showView('EDAS 部署包');
    await workbench.screenshot('chinese-connection');
  });

  it('opens the actions of the status bar item', async () => {
    await edas.status.click();
    await workbench.waitForPrompt(/EDAS 凭证/);
    await workbench.screenshot('chinese-actions');
    await workbench.choose(/EDAS 凭证/, '复制 Bucket');
    await workbench.until(
      async () => (await workbench.clipboard()) === sandbox.bucket,
      'the bucket on the clipboard',
    );
  });
});
