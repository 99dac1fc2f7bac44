import assert from 'node:assert/strict';
import type { Deployment } from '../../../../src/core/deploy';
import { clusterTypes } from '../../../sandbox';
import { accountId, DeployFixture } from './support/deployFixture';

describe('Deployments.start', () => {
  let fixture: DeployFixture;
  beforeEach(async () => (fixture = await DeployFixture.start()));
  afterEach(() => fixture.stop());

  /** Starts a deployment and waits until it has ended. */
  async function deploy(...plan: Parameters<DeployFixture['plan']>): Promise<Deployment> {
    const { id } = await fixture.deployments.start(await fixture.plan(...plan));
    return fixture.deployments.whenSettled(id);
  }

  it('deploys a JAR to all groups of an ECS application', async () => {
    const application = fixture.sandbox.deploy.add({ name: 'orders', groups: { a: 2, b: 1 } });
    const states: string[] = [];
    fixture.deployments.onDidChange(({ deployment }) =>
      states.push(deployment?.state ?? 'removed'),
    );
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

  it('deploys a WAR to a Kubernetes application with the required parameters only', async () => {
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

  it('sends no more requests when the last deployment has ended', async () => {
    const application = fixture.sandbox.deploy.add({ name: 'orders' });
    await deploy(application.id);
    assert.deepEqual(fixture.deployments.applicationsUsed(accountId)[0]?.name, 'orders');
    const count = fixture.sandbox.requestLog.count({ operation: 'GetChangeOrderInfo' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(fixture.sandbox.requestLog.count({ operation: 'GetChangeOrderInfo' }), count);
  });
});
