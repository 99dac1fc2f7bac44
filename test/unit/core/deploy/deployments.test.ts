import assert from 'node:assert/strict';
import type { Deployment } from '../../../../src/core/deploy';
import { clusterTypes } from '../../../sandbox';
import { accountId, DeployFixture } from './support/deployFixture';

describe('Deployments', () => {
  let fixture: DeployFixture;
  beforeEach(async () => (fixture = await DeployFixture.start()));
  afterEach(() => fixture.stop());

  /** Starts and waits for the end. */
  async function deploy(...plan: Parameters<DeployFixture['plan']>): Promise<Deployment> {
    const { id } = await fixture.deployments.start(await fixture.plan(...plan));
    return fixture.deployments.whenSettled(id);
  }

  it('deploy a JAR to all groups of an ECS application', async () => {
    const application = fixture.sandbox.deploy.add({ name: 'orders', groups: { a: 2, b: 1 } });
    const states: string[] = [];
    fixture.deployments.onDidChange(({ deployment }) => states.push(deployment?.state ?? 'gone'));
    const ended = await deploy(application.id);
    assert.equal(ended.state, 'succeeded');
    assert.deepEqual([...new Set(states)], ['starting', 'running', 'succeeded']);
    assert.equal(ended.error, undefined);
    assert.equal(ended.previousVersion, '1.0');
    assert.deepEqual(
      application.groups.map(({ version }) => version),
      [ended.version, ended.version],
    );
    const [order] = fixture.sandbox.deploy.orders;
    const { Desc, WarUrl, PackageVersion, ...parameters } = order!.plan.parameters;
    assert.deepEqual(parameters, {
      AppId: application.id,
      DeployType: 'url',
      GroupId: 'all',
      Batch: '1',
      BatchWaitTime: '0',
      ReleaseType: '0',
    });
    assert.match(WarUrl!, /\/app\.jar$/);
    assert.match(PackageVersion!, /^app-\d{8}-\d{6}-[\da-f]{6}$/);
    assert.ok(Desc?.includes(PackageVersion!));
  });

  it('deploy a WAR to a Kubernetes application with nothing but what a package needs', async () => {
    const application = fixture.sandbox.deploy.add({
      name: 'shop',
      clusterType: clusterTypes.ack,
      kind: 'War',
    });
    const ended = await deploy(application.id, { packageName: 'shop.war' });
    assert.equal(ended.state, 'succeeded');
    const [order] = fixture.sandbox.deploy.orders;
    assert.deepEqual(Object.keys(order!.plan.parameters).sort(), [
      'AppId',
      'ChangeOrderDesc',
      'JDK',
      'PackageUrl',
      'PackageVersion',
      'WebContainer',
    ]);
    assert.equal(application.versions.at(-1)?.version, ended.version);
  });

  it('read nothing once nothing is followed', async () => {
    const application = fixture.sandbox.deploy.add({ name: 'orders' });
    await deploy(application.id);
    assert.deepEqual(fixture.deployments.applicationsUsed(accountId)[0]?.name, 'orders');
    const count = fixture.sandbox.requestLog.count({ operation: 'GetChangeOrderInfo' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(fixture.sandbox.requestLog.count({ operation: 'GetChangeOrderInfo' }), count);
  });
});
