import assert from 'node:assert/strict';
import { isAbort } from '../../../../src/core/errors/catalogue';
import { clusterTypes, type SandboxApplication } from '../../../sandbox';
import { AgentFixture } from './support/agentFixture';

const deploy = 'edas_deploy_package';
const status = 'edas_get_deployment_status';

describe('Deployment by an agent', () => {
  let fixture: AgentFixture;
  let orders: SandboxApplication;
  beforeEach(async () => {
    fixture = await AgentFixture.start({}, 300);
    orders = fixture.sandbox.deploy.add({ name: 'orders', groups: { blue: 2, green: 2 } });
    await fixture.put('app.jar', 'package');
  });
  afterEach(() => fixture.stop());

  const calls = (): number => fixture.sandbox.requestLog.count({ operation: 'DeployApplication' });
  const input = { application: 'orders', package: 'app.jar' };
  const idIn = (result: string): string => /^deployment: "(.+)"$/m.exec(result)?.[1] ?? '';

  it('is started once, after a confirmation with application, package and versions', async () => {
    const text = await fixture.confirmation(deploy, { ...input, group: 'blue' });
    for (const expected of [
      /^Deploy to an EDAS application\?$/m,
      /^Size: 7 B$/m,
      /^Application: orders$/m,
      /^Namespace: cn-hangzhou$/m,
      /^Group: blue$/m,
      /^Package: .+\/app\.jar$/m,
      /^Version: app-\d{8}-/m,
      /^Deployed now: 1\.0$/m,
      /^Account: ••••0001$/m,
      /^All instances are updated at once/m,
    ]) {
      assert.match(text, expected);
    }
    assert.equal(calls(), 0, 'deployed before the confirmation');
    const result = await fixture.invoke(deploy, { ...input, group: 'blue' });
    assert.match(result, /^application: "orders"$/m);
    assert.match(result, /^state: "running"$/m);
    assert.match(result, /^changeOrder: ".+"$/m);
    const [, version] = /^Version: (.+)$/m.exec(text) ?? [];
    assert.ok(
      result.includes(`version: "${version}"`),
      'the version differs from the confirmed one',
    );
    assert.equal(calls(), 1);
    assert.match(
      await fixture.invoke(status, { deployment: idIn(result), waitSeconds: 20 }),
      /^state: "succeeded"$/m,
    );
  });

  it('is not started without a confirmation, nor twice after one', async () => {
    assert.match(await fixture.invoke(deploy, input), /^error: agent\.notConfirmed$/m);
    assert.equal(calls(), 0);
    const result = await fixture.call(deploy, input);
    await fixture.invoke(status, { deployment: idIn(result), waitSeconds: 20 });
    assert.match(await fixture.invoke(deploy, input), /^error: agent\.notConfirmed$/m);
    assert.equal(calls(), 1);
  });

  it('uploads a file first, after one confirmation for both', async () => {
    const file = await fixture.write('target/shop.jar', 'built');
    const both = { application: orders.id, file: 'target/shop.jar', key: 'ci/${fileName}' };
    const text = await fixture.confirmation(deploy, both);
    assert.ok(text.includes(`File: ${file}`), text);
    assert.match(text, /^Object key: .+\/ci\/shop\.jar$/m);
    assert.match(text, /^No object exists under this key\.$/m);
    assert.match(text, /^Package: .+\/ci\/shop\.jar$/m);
    assert.equal(fixture.stored('ci/shop.jar'), undefined);
    const result = await fixture.invoke(deploy, both);
    assert.match(result, /^package: "ci\/shop\.jar"$/m);
    assert.match(result, /^verified: true$/m);
    assert.match(result, /^state: "running"$/m);
    assert.equal(await fixture.contents('ci/shop.jar'), 'built');
  });

  it('neither uploads nor deploys a file that changed after the confirmation', async () => {
    await fixture.write('shop.jar', 'one');
    const both = { application: 'orders', file: 'shop.jar' };
    await fixture.prepare(deploy, both);
    await fixture.write('shop.jar', 'another');
    assert.match(await fixture.invoke(deploy, both), /^error: agent\.notConfirmed$/m);
    assert.equal(fixture.stored('shop.jar'), undefined);
    assert.equal(calls(), 0);
  });

  it('does not deploy a package that was replaced after the confirmation', async () => {
    await fixture.prepare(deploy, input);
    await fixture.put('app.jar', 'another');
    assert.match(await fixture.invoke(deploy, input), /^error: agent\.notConfirmed$/m);
    assert.equal(calls(), 0);
  });

  it('is not started when the deployed version changed after the confirmation', async () => {
    await fixture.prepare(deploy, input);
    for (const group of orders.groups) group.version = '2.0';
    assert.match(await fixture.invoke(deploy, input), /^error: agent\.notConfirmed$/m);
    assert.equal(calls(), 0);
  });

  it('is rejected while another change order runs, whose status can be read', async () => {
    const other = fixture.sandbox.deploy.startOther(orders);
    const { confirmation } = await fixture.prepare(deploy, input);
    assert.equal(confirmation, undefined);
    const result = await fixture.invoke(deploy, input);
    assert.match(result, /^error: deploy\.inProgress$/m);
    assert.ok(result.includes(`changeOrder: "${other.id}"`), result);
    assert.match(
      await fixture.invoke(status, {
        deployment: other.id,
        application: 'orders',
        waitSeconds: 20,
      }),
      /^state: "succeeded"$/m,
    );
  });

  it('is not started again while it is uncertain whether the first one started', async () => {
    fixture.sandbox.faults.add({ operation: 'DeployApplication' }, { kind: 'reset' });
    const result = await fixture.call(deploy, input);
    assert.match(result, /^error: deploy\.uncertain$/m);
    assert.match(result, /^next: Do not deploy again\. Call edas_get_deployment_status/m);
    const id = idIn(result);
    assert.ok(id, result);
    const { confirmation } = await fixture.prepare(deploy, input);
    assert.equal(confirmation, undefined);
    assert.match(await fixture.invoke(deploy, input), /^error: deploy\.uncertain$/m);
    assert.match(await fixture.invoke(status, { deployment: id }), /^error: deploy\.uncertain$/m);
    assert.equal(calls(), 1);
    fixture.deploy.deployments.remove(id);
    assert.match(await fixture.call(deploy, input), /^state: "running"$/m);
  });

  it('is found by its change order when the response was lost', async () => {
    fixture.sandbox.faults.add({ operation: 'DeployApplication' }, { kind: 'loseResponse' });
    assert.match(await fixture.call(deploy, input), /^state: "running"$/m);
    assert.equal(calls(), 1);
  });

  it('returns the state “failed” and the escaped reason from EDAS when it failed', async () => {
    fixture.sandbox.deploy.failNext({
      status: 3,
      taskCode: 'EDAS-10012',
      taskError: '[click](command:x) `rm` \u202eboom',
    });
    const started = await fixture.call(deploy, input);
    const result = await fixture.invoke(status, { deployment: idIn(started), waitSeconds: 20 });
    assert.match(result, /^error: deploy\.failed$/m);
    assert.match(result, /^state: "failed"$/m);
    assert.match(result, /^next: Tell the person\. Do not deploy again/m);
    assert.match(result, /boom/);
    assert.doesNotMatch(result, /\]\(|`|\u202e/);
  });

  it('says that the next batch waits for the person in a manual release', async () => {
    const started = await fixture.call(deploy, { ...input, batches: 2, release: 'manual' });
    const result = await fixture.invoke(status, { deployment: idIn(started), waitSeconds: 20 });
    assert.match(result, /^state: "waitingForConfirmation"$/m);
    assert.match(result, /^next: The next batch waits for the person/m);
    assert.match(result, /^batch: \{"name":".+","status":"success","stages":\[/m);
  });

  it('has the Kubernetes namespace in its confirmation', async () => {
    fixture.sandbox.deploy.add({ name: 'cart', clusterType: clusterTypes.ack });
    const text = await fixture.confirmation(deploy, { ...input, application: 'cart' });
    assert.match(text, /^Kubernetes namespace: default$/m);
    assert.match(
      await fixture.invoke(deploy, { ...input, application: 'cart' }),
      /^state: "running"$/m,
    );
  });

  it('accepts the full object key that an upload returned', async () => {
    assert.match(
      await fixture.call(deploy, { ...input, package: fixture.keyOf('app.jar') }),
      /^state: "running"$/m,
    );
  });

  for (const [situation, change, code] of [
    ['the application does not exist', { application: 'none' }, 'deploy.applicationNotFound'],
    ['the group does not exist', { group: 'red' }, 'deploy.groupNotFound'],
    ['the package does not exist', { package: 'none.jar' }, 'oss.noSuchKey'],
    ['the object is not a package', { package: 'notes.txt' }, 'deploy.notAPackage'],
    ['the package type does not match the application', { package: 'app.war' }, 'deploy.wrongKind'],
    [
      'the package is outside the package prefix',
      { package: '../other/app.jar' },
      'key.outsidePrefix',
    ],
    ['there are more batches than instances', { batches: 900 }, 'deploy.badRelease'],
    ['the version was used before', { version: '1.0' }, 'deploy.versionUsed'],
  ] as const) {
    it(`is rejected before the confirmation when ${situation}`, async () => {
      await fixture.put('app.war', 'war');
      const { confirmation } = await fixture.prepare(deploy, { ...input, ...change });
      assert.equal(confirmation, undefined);
      const result = await fixture.invoke(deploy, { ...input, ...change });
      assert.match(result, new RegExp(`^error: ${code}\n`));
      assert.equal(calls(), 0);
    });
  }

  it('is not started when the call was cancelled', async () => {
    await fixture.prepare(deploy, input);
    const cancelled = new AbortController();
    cancelled.abort();
    await assert.rejects(fixture.invoke(deploy, input, cancelled.signal), isAbort);
    assert.equal(calls(), 0);
  });

  it('continues when the call for its status is cancelled', async () => {
    const endless = fixture.sandbox.deploy.startOther(orders, { isEndless: true });
    const cancelled = new AbortController();
    const call = fixture.invoke(
      status,
      { deployment: endless.id, application: 'orders', waitSeconds: 600 },
      cancelled.signal,
    );
    await fixture.sandbox.requestLog.when(({ operation }) => operation === 'GetChangeOrderInfo');
    cancelled.abort();
    await assert.rejects(call, isAbort);
    assert.equal(endless.isOver, false);
    fixture.deploy.deployments.forgetAccount(fixture.account!.id);
  });

  it('has no status when it is unknown', async () => {
    for (const more of [{}, { application: 'orders' }]) {
      assert.match(
        await fixture.call(status, { deployment: 'none', ...more }),
        /^error: deploy\.gone\n[^]*^next: Call edas_list_deployments/m,
      );
    }
  });
});
