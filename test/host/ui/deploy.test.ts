import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, it } from 'mocha';
import { clusterTypes, Sandbox } from '../../sandbox';
import type { SandboxApplication } from '../../sandbox/edas/deploy/applications';
import { realJar, vsix } from '../locations.mjs';
import { Edas } from './edas';
import { stopAfterTests, screenshotOnFailure } from './hooks';
import { Session } from './session';
import type { Workbench } from './workbench';

const view = 'Deployments';

const task = (label: string, application: string): object => ({
  label,
  type: 'edas-upload',
  file: 'shop.war',
  key: '${uuid}.war',
  deploy: { application, batches: 2 },
});

/** From a package to a running application and back. Each test continues in the state that the one before it left. */
describe('Deployments', () => {
  let sandbox: Sandbox;
  let session: Session;
  let workbench: Workbench;
  let edas: Edas;
  let orders: SandboxApplication;
  let billing: SandboxApplication;
  let shop: SandboxApplication;
  let settings: Record<string, unknown>;

  const stopAfter = stopAfterTests();
  before(async () => {
    sandbox = stopAfter(await Sandbox.start());
    orders = sandbox.deploy.add({ name: 'orders', groups: { blue: 2, green: 1 } });
    billing = sandbox.deploy.add({ name: 'billing', clusterType: clusterTypes.ack, replicas: 3 });
    shop = sandbox.deploy.add({ name: 'shop', kind: 'War' });
    sandbox.deploy.add({ name: 'images', clusterType: clusterTypes.ack, kind: 'Image' });
    settings = {
      'edasPackages.endpoint': sandbox.edasEndpoint,
      'terminal.integrated.gpuAcceleration': 'off', // otherwise its text is drawn on a canvas
    };
    session = stopAfter(
      await Session.start({
        vsix,
        settings,
        files: {
          'compiler.jar': await readFile(realJar),
          'shop.war': 'a WAR',
          'notes.txt': 'no package',
          '.vscode/tasks.json': JSON.stringify({
            version: '2.0.0',
            tasks: [task('ship', 'shop'), task('ship to nowhere', 'nowhere')],
          }),
        },
      }),
    );
    workbench = session.workbench;
    edas = new Edas(workbench);
    await edas.signIn(sandbox.keys[0]!);
    await workbench.clearToasts();
  });
  screenshotOnFailure(() => session.workbench);

  const count = (operation: 'DeployApplication' | 'DeployK8sApplication') =>
    sandbox.requestLog.count({ operation });
  const runningOrder = (application: SandboxApplication) => {
    const order = sandbox.deploy.runningOrder(application.id);
    assert.ok(order, `no deployment of ${application.name} is running`);
    return order;
  };
  /** Lets time pass for the change orders. */
  const pass = (seconds: number) => sandbox.deploy.pass(seconds * 1000);
  /** Waits until the row of an application shows this. */
  const expectRow = (application: SandboxApplication, expected: RegExp) =>
    workbench.waitForText(
      () => workbench.description(view, application.name),
      expected,
      `the row of ${application.name} to show ${expected.source}`,
    );
  const expectDialog = async (...texts: readonly RegExp[]) => {
    await workbench.dialog.waitFor();
    const text = await workbench.dialog.innerText();
    for (const expected of texts) assert.match(text, expected);
  };
  const showView = async () => {
    await edas.show();
    await workbench.command('EDAS Packages: Focus on Deployments View');
  };
  const uploadAndDeploy = async (file: string) => {
    await workbench.showExplorer();
    await workbench.contextMenu(workbench.file(file), 'Upload and Deploy…');
  };

  it('have an empty view at first, and no menu item for files that are no packages', async () => {
    await edas.show();
    await workbench.view(view).locator('.pane-header').click();
    await workbench.view(view).getByText('Nothing has been deployed from here yet.').waitFor();
    await workbench.screenshot('deploy-empty');
    await workbench.showExplorer();
    await workbench.openContextMenu(workbench.file('notes.txt'));
    assert.equal(await workbench.menuItem('Upload and Deploy…').count(), 0);
    await workbench.page.keyboard.press('Escape');
  });

  it('upload a real JAR and deploy it to all groups on ECS, after one confirmation', async () => {
    await uploadAndDeploy('compiler.jar');
    await workbench.waitForPrompt(/EDAS: Deploy compiler\.jar/);
    await workbench.choice('orders').waitFor();
    await workbench.screenshot('deploy-applications');
    assert.match(await workbench.quickInput.innerText(), /does not fit these[^]*shop/);
    await workbench.choice('orders').click();
    await workbench.choose(/Group of instances/, 'All 2 groups');
    await workbench.waitForPrompt(/How the instances are updated/);
    await workbench.screenshot('deploy-release');
    await workbench.choice('At Once').click();
    await expectDialog(
      /Deploy compiler\.jar to orders\?/,
      /Namespace: cn-hangzhou/,
      /Group: all groups/,
      /Package: .*\/compiler\.jar/,
      /Version: compiler-\d{8}-\d{6}-/,
      /Deployed now: 1\.0/,
      /may not respond meanwhile/,
    );
    await workbench.screenshot('deploy-confirm');
    assert.equal(count('DeployApplication'), 0, 'nothing is deployed before the confirmation');
    await workbench.pressInDialog('Deploy');
    await workbench.toast(/Deploying compiler\.jar to orders/).waitFor();

    await workbench.pressInToast(/Deploying compiler\.jar to orders/, 'Show Deployments');
    await expectRow(orders, /^running · \d\d:\d\d · compiler-/);
    pass(12);
    await workbench.row(view, 'Download Package').waitFor();
    await workbench.waitForText(
      () => workbench.description(view, 'Download Package'),
      /^succeeded/,
      'the first stage',
    );
    await workbench.screenshot('deploy-running');
    const hover = await workbench.hover(edas.status);
    assert.match(hover, /Deployment of orders[^]*running/);
    pass(30);
    await workbench.toast(/The deployment of orders succeeded: version compiler-/).waitFor();
    await expectRow(orders, /^succeeded · \d\d:\d\d/);
    await workbench.screenshot('deploy-succeeded');
    assert.equal(count('DeployApplication'), 1);
    const { version } = orders.versions.at(-1)!;
    assert.deepEqual(
      orders.groups.map((group) => group.version),
      [version, version],
    );
    await workbench.clearToasts();
  });

  it('update Kubernetes in batches, and wait for a confirmation between them', async () => {
    await workbench.contextMenu(
      workbench.row('Packages', 'compiler.jar'),
      'Deploy to Application…',
    );
    await workbench.choose(/Application to deploy to/, 'billing');
    await workbench.choose(/How the instances are updated/, 'In Batches, One by One…');
    await workbench.enter(/Number of batches/, '2');
    await expectDialog(
      /Deploy compiler\.jar to billing\?/,
      /Kubernetes namespace: default/,
      /2 batches/,
    );
    await workbench.pressInDialog('Deploy');
    await workbench.toast(/Deploying compiler\.jar to billing/).waitFor();
    await showView();
    pass(60);
    await expectRow(billing, /^waiting for confirmation, batch 2 of 2 · /);
    await workbench.toast(/The next batch of billing waits for your confirmation/).waitFor();
    await workbench.screenshot('deploy-waiting');
    await workbench.rowAction(view, 'billing', 'Confirm Next Batch');
    await expectRow(billing, /^running, batch 2 of 2 · /);
    pass(60);
    await workbench.toast(/The deployment of billing succeeded/).waitFor();
    assert.equal(count('DeployK8sApplication'), 1);
    await workbench.clearToasts();
  });

  it('report the stage, the reason and what to do when they fail', async () => {
    sandbox.deploy.failNext({
      stage: 'Process Start',
      taskCode: 'EDAS-10000',
      taskError: 'NO_SPACE_LEFT_ON_DISK',
    });
    await workbench.command('EDAS: Deploy to Application');
    await workbench.choose(/Object that was uploaded/, 'compiler.jar');
    await workbench.choose(/Application to deploy to/, 'orders');
    await workbench.choose(/Group of instances/, 'blue');
    await workbench.choose(/How the instances are updated/, 'At Once');
    await expectDialog(/Group: blue/);
    await workbench.pressInDialog('Deploy');
    await workbench.toast(/Deploying compiler\.jar to orders/).waitFor();
    pass(60);
    await workbench
      .toast(/deployment of orders failed\..*Process Start.*NO_SPACE_LEFT_ON_DISK.*free space/)
      .waitFor();
    await expectRow(orders, /^failed · /);
    await workbench.row(view, 'NO_SPACE_LEFT_ON_DISK').waitFor();
    await workbench.screenshot('deploy-failed');
    await workbench.clearToasts();
  });

  it('roll back to the previous version, which the confirmation names', async () => {
    await workbench.rowAction(view, 'orders', 'Roll Back…');
    await expectDialog(/Roll orders back to version compiler-/);
    await workbench.screenshot('deploy-rollback');
    await workbench.pressInDialog('Roll Back');
    await expectRow(orders, /^running · .*roll-back to compiler-/);
    pass(60);
    await workbench.toast(/orders was rolled back to version compiler-/).waitFor();
    await workbench.clearToasts();
  });

  it('are aborted only after a confirmation, and report that updated instances stay updated', async () => {
    await uploadAndDeploy('shop.war');
    await workbench.choose(/Application to deploy to/, 'shop');
    await workbench.choose(/How the instances are updated/, 'At Once');
    await workbench.pressInDialog('Deploy');
    await workbench.toast(/Deploying shop\.war to shop/).waitFor();
    await showView();
    await expectRow(shop, /^running · /);
    await workbench.rowAction(view, 'shop', 'Abort Deployment…');
    await expectDialog(/Abort the deployment of shop\?/, /stay updated/);
    await workbench.screenshot('deploy-abort');
    await workbench.pressInDialog('Abort Deployment');
    await workbench.toast(/The deployment of shop was aborted\..*stay updated/).waitFor();
    await expectRow(shop, /^aborted · /);
    await workbench.clearToasts();
  });

  it('of another user can be followed, and prevent a second deployment', async () => {
    sandbox.deploy.startOther(orders);
    const before = count('DeployApplication');
    await workbench.contextMenu(
      workbench.row('Packages', 'compiler.jar'),
      'Deploy to Application…',
    );
    await workbench.choose(/Application to deploy to/, 'orders');
    await workbench.pressInToast(/Another deployment of orders is running/, 'Follow');
    await expectRow(orders, /^running/);
    assert.equal(count('DeployApplication'), before);
    pass(60);
    await workbench.toast(/The deployment of orders succeeded/).waitFor();
    await workbench.clearToasts();
  });

  it('are followed again after a window reload', async () => {
    await workbench.contextMenu(
      workbench.row('Packages', 'compiler.jar'),
      'Deploy to Application…',
    );
    await workbench.choose(/Application to deploy to/, 'billing');
    await workbench.choose(/How the instances are updated/, 'At Once');
    await workbench.pressInDialog('Deploy');
    await workbench.toast(/Deploying compiler\.jar to billing/).waitFor();
    const order = runningOrder(billing);
    await session.reload();
    await showView();
    await expectRow(billing, /^running/);
    pass(60);
    assert.ok(order.isOver);
    await workbench.toast(/The deployment of billing succeeded/).waitFor();
    await expectRow(billing, /^succeeded · /);
    await workbench.clearToasts();
  });

  const terminal = async (): Promise<string> =>
    (await workbench.page.locator('.terminal-wrapper .xterm-rows').allInnerTexts())
      .join('')
      .replaceAll('\n', '');

  it('run in a task, which succeeds only if they do', async () => {
    await workbench.command('Tasks: Run Task');
    await workbench.choose(/Select the task to run/, 'ship');
    await expectDialog(
      /Let the task deploy .*\.war to shop\?/,
      /tasks\.json names this application/,
    );
    await workbench.screenshot('deploy-task-consent');
    await workbench.pressInDialog('Deploy and Do Not Ask Again');
    await workbench.waitForText(terminal, /Change order: /, 'the terminal');
    pass(100);
    await workbench.waitForText(
      terminal,
      /Batch: 2 › Process Start: succeeded.*The deployment of shop succeeded\./,
      'the terminal',
    );
    await workbench.screenshot('deploy-task-green');
    sandbox.deploy.failNext({ taskCode: 'EDAS-10012', taskError: 'UNZIP_WAR_FAILED' });
    await workbench.command('Tasks: Rerun Last Task');
    await workbench.until(
      () => Promise.resolve(sandbox.deploy.runningOrder(shop.id) !== undefined),
      'the second deployment',
    );
    pass(100);
    await workbench.waitForText(
      terminal,
      /failed.*UNZIP_WAR_FAILED.*exit code: 1/i,
      'the terminal',
    );
    await workbench.screenshot('deploy-task-red');
    await workbench.command('View: Hide Panel');
    await workbench.clearToasts();
  });

  it('are shown in light, dark and high contrast themes (screenshots)', async () => {
    await showView();
    await expectRow(shop, /^failed · /);
    for (const [name, theme, className] of [
      ['light', 'Light Modern', 'vs'],
      ['contrast', 'Dark High Contrast', 'hc-black'],
      ['dark', 'Dark Modern', 'vs-dark'],
    ] as const) {
      await workbench.command('Preferences: Color Theme');
      await workbench.waitForPrompt(/Theme/);
      await workbench.input.fill(theme);
      await workbench.choice(theme).click();
      await session.page.locator(`.monaco-workbench.${className}`).waitFor();
      await workbench.screenshot(`deploy-${name}`);
    }
  });
});
