import assert from 'node:assert/strict';
import type { Deployment } from '../../../../src/core/deploy';
import { hasCode, type CodedError } from '../../../../src/core/errors/catalogue';
import type { DeployOperation } from '../../../sandbox/server/operations';
import { clusterTypes, type FaultAction, type SandboxApplication } from '../../../sandbox';
import { DeployFixture } from './support/deployFixture';

const html = { 'content-type': 'text/html' };

/** Failures after which it is not known whether EDAS has accepted the call. */
const failures: readonly {
  readonly name: string;
  readonly action?: FaultAction;
  /** Whether EDAS has in fact accepted the call. */
  readonly isAccepted: boolean;
}[] = [
  { name: 'the response is lost', action: { kind: 'loseResponse' }, isAccepted: true },
  { name: 'the response is truncated', action: { kind: 'truncateResponse' }, isAccepted: true },
  {
    name: 'the response times out',
    action: { kind: 'delay', ms: 900, afterWork: true },
    isAccepted: true,
  },
  {
    name: 'a gateway responds with 502 after EDAS accepted the call',
    action: { kind: 'respond', status: 502, headers: html, body: '<html/>', afterWork: true },
    isAccepted: true,
  },
  {
    name: 'EDAS responds with 500 after it accepted the call',
    action: {
      kind: 'respond',
      status: 500,
      body: '{"Code":"INTERNAL_ERROR","Message":"server error"}',
      afterWork: true,
    },
    isAccepted: true,
  },
  {
    name: 'the response is an HTML page',
    action: { kind: 'respond', status: 200, headers: html, body: 'Log in', afterWork: true },
    isAccepted: true,
  },
  {
    name: 'the response has no change order ID',
    action: {
      kind: 'respond',
      status: 200,
      body: '{"Code":200,"Message":"success","RequestId":"R","ChangeOrderId":""}',
      afterWork: true,
    },
    isAccepted: true,
  },
  { name: 'the connection is reset', action: { kind: 'reset' }, isAccepted: false },
  { name: 'there is no response', action: { kind: 'stall' }, isAccepted: false },
  {
    name: 'a gateway responds with 503',
    action: { kind: 'error', status: 503, code: 'ServiceUnavailable' },
    isAccepted: false,
  },
];

/** The change order that EDAS lists after the call, and what is expected then. */
const expectations = {
  ours: 'follows our change order',
  oursByDesc: 'finds our change order by its Desc',
  oursWithoutDescription: 'follows the only new change order, which has no description',
  fromConsole: 'rejects because of a change order of the console',
  fromOtherClient: 'is uncertain when another API client has started a change order',
  none: 'is uncertain when no change order is listed',
};

type ListedOrder = keyof typeof expectations;

const listedWhenAccepted: readonly ListedOrder[] = ['ours', 'oursByDesc', 'oursWithoutDescription'];
const listedWhenNotAccepted: readonly ListedOrder[] = ['fromConsole', 'fromOtherClient', 'none'];

describe('A deploy call with an unknown outcome', () => {
  let fixture: DeployFixture;
  beforeEach(async () => (fixture = await DeployFixture.start({}, 300)));
  afterEach(() => fixture.stop());

  const kinds: [string, number, DeployOperation][] = [
    ['an ECS', clusterTypes.ecs, 'DeployApplication'],
    ['a Kubernetes', clusterTypes.ack, 'DeployK8sApplication'],
  ];
  for (const [kind, clusterType, operation] of kinds) {
    describe(`for ${kind} application`, () => {
      for (const { name, action, isAccepted } of failures) {
        describe(`when ${name}`, () => {
          for (const listed of isAccepted ? listedWhenAccepted : listedWhenNotAccepted) {
            it(expectations[listed], async () => {
              const application = fixture.sandbox.deploy.add({ name: 'orders', clusterType });
              prepare(application, listed, operation);
              const plan = await fixture.plan(application.id);
              fixture.sandbox.faults.add({ operation }, action!);
              await check(listed, () => fixture.deployments.start(plan));
              assert.equal(fixture.sandbox.requestLog.count({ operation }), 1, 'one deploy call');
            });
          }
        });
      }
    });
  }

  function prepare(
    application: SandboxApplication,
    listed: ListedOrder,
    operation: DeployOperation,
  ): void {
    const { deploy, requestLog } = fixture.sandbox;
    if (listed === 'oursByDesc') {
      deploy.describe = () => 'Application deployment';
    }
    if (listed === 'oursWithoutDescription') {
      deploy.describe = undefined;
      deploy.returnsDesc = false;
    }
    if (listed === 'fromConsole' || listed === 'fromOtherClient') {
      const source = listed === 'fromConsole' ? 'console' : 'pop';
      // It is started when our call arrives.
      void requestLog
        .when((entry) => entry.operation === operation)
        .then(() => deploy.startOther(application, { source, isEndless: true }));
    }
  }

  async function check(listed: ListedOrder, start: () => Promise<Deployment>): Promise<void> {
    if (listed.startsWith('ours')) {
      const { id, changeOrderId } = await start();
      const [order, ...others] = fixture.sandbox.deploy.orders;
      assert.equal(others.length, 0, 'one change order');
      assert.equal(changeOrderId, order?.id);
      assert.equal((await fixture.deployments.whenSettled(id)).state, 'succeeded');
      return;
    }
    const error = await failureOf(start);
    const [other, ...others] = fixture.sandbox.deploy.orders;
    assert.equal(others.length, 0, 'no change order for our call');
    if (listed === 'fromConsole') {
      assert.equal(error.code, 'deploy.inProgress');
      assert.equal(error.facts.changeOrderId, other?.id);
      assert.deepEqual(fixture.deployments.all, []);
      return;
    }
    assert.equal(error.code, 'deploy.uncertain');
    assert.equal(error.facts.changeOrderId, other?.id);
    assert.ok(hasCode(error.cause), 'the error has the original error as its cause');
    const [row] = fixture.deployments.all;
    assert.equal(row?.state, 'unfollowed');
    assert.equal(row.error, error);
  }

  it('lists change orders until the new one appears', async () => {
    const application = fixture.sandbox.deploy.add({ name: 'orders' });
    const plan = await fixture.plan(application.id);
    fixture.sandbox.faults.add({ operation: 'DeployApplication' }, { kind: 'loseResponse' });
    // The first two lists do not contain it yet.
    for (const nth of [2, 3]) {
      fixture.sandbox.faults.add(
        { operation: 'ListRecentChangeOrder', nth },
        { kind: 'respond', status: 200, body: '{"Code":200,"ChangeOrderList":{"ChangeOrder":[]}}' },
      );
    }
    const { changeOrderId } = await fixture.deployments.start(plan);
    assert.equal(changeOrderId, fixture.sandbox.deploy.orders[0]?.id);
    assert.equal(fixture.sandbox.requestLog.count({ operation: 'DeployApplication' }), 1);
  });

  it('is resumed after a window reload, and finds its change order', async () => {
    const application = fixture.sandbox.deploy.add({ name: 'orders' });
    const plan = await fixture.plan(application.id);
    const { sandbox } = fixture;
    sandbox.faults.add({ operation: 'DeployApplication' }, { kind: 'stall' });
    const lost = fixture.deployments.start(plan);
    await sandbox.requestLog.when(({ operation }) => operation === 'DeployApplication');
    fixture.deployments.dispose();
    await assert.rejects(lost, { name: 'AbortError' });
    // EDAS had accepted the call nevertheless.
    const { version } = plan;
    const order = sandbox.deploy.startOther(application, {
      source: 'pop',
      description: `Version: ${version} | Deployment Package: app.jar | Deploy to: all groups`,
    });

    const window = fixture.open();
    const [row, ...others] = window.interrupted;
    assert.equal(others.length, 0);
    assert.equal(row?.changeOrderId, undefined);
    const resumed = await window.resume(row!.id);
    assert.equal(resumed.changeOrderId, order.id);
    assert.equal((await window.whenSettled(row!.id)).state, 'succeeded');
    assert.equal(sandbox.requestLog.count({ operation: 'DeployApplication' }), 1);
  });

  it('can be resumed later when change orders could not be listed', async () => {
    const application = fixture.sandbox.deploy.add({ name: 'orders' });
    const plan = await fixture.plan(application.id);
    const { faults, deploy } = fixture.sandbox;
    faults.add({ operation: 'DeployApplication' }, { kind: 'loseResponse' });
    faults.add(
      { operation: 'ListRecentChangeOrder', nth: 2, times: Infinity },
      { kind: 'error', status: 403, code: 'Forbidden.RAM' },
    );
    const error = await failureOf(() => fixture.deployments.start(plan));
    assert.equal(error.code, 'deploy.uncertain');
    assert.ok(hasCode(error.cause, 'edas.noPermission'));
    faults.clear();
    const [row] = fixture.deployments.all;
    const { changeOrderId } = await fixture.deployments.resume(row!.id);
    assert.equal(changeOrderId, deploy.orders[0]?.id);
  });

  it('is followed to the end although the caller aborts during the call', async () => {
    const application = fixture.sandbox.deploy.add({ name: 'orders' });
    const plan = await fixture.plan(application.id);
    const { faults, requestLog, deploy } = fixture.sandbox;
    faults.add({ operation: 'DeployApplication' }, { kind: 'delay', ms: 200 });
    const caller = new AbortController();
    const started = fixture.deployments.start(plan, caller.signal);
    await requestLog.when(({ operation }) => operation === 'DeployApplication');
    caller.abort();
    await assert.rejects(started, { name: 'AbortError' });
    const [row] = fixture.deployments.all;
    assert.equal((await fixture.deployments.whenSettled(row!.id)).state, 'succeeded');
    assert.equal(deploy.orders.length, 1);
  });

  it('is not sent when the caller aborts before it', async () => {
    const application = fixture.sandbox.deploy.add({ name: 'orders' });
    const plan = await fixture.plan(application.id);
    const { requestLog } = fixture.sandbox;
    const caller = new AbortController();
    const started = fixture.deployments.start(plan, caller.signal);
    caller.abort();
    await assert.rejects(started, { name: 'AbortError' });
    fixture.deployments.dispose();
    assert.equal(requestLog.count({ operation: 'DeployApplication' }), 0);
    assert.deepEqual(fixture.deployments.all, []);
  });

  const rejections: [string, FaultAction][] = [
    ['throttling', { kind: 'error', status: 400, code: 'Throttling.User' }],
    ['a missing permission', { kind: 'error', status: 403, code: 'Forbidden.RAM' }],
    ['a business error', { kind: 'respond', status: 200, body: '{"Code":601,"Message":"no"}' }],
  ];
  for (const [description, action] of rejections) {
    it(`fails after ${description} without searching for a change order, and is not listed`, async () => {
      const application = fixture.sandbox.deploy.add({ name: 'orders' });
      const plan = await fixture.plan(application.id);
      const { faults, requestLog } = fixture.sandbox;
      faults.add({ operation: 'DeployApplication' }, action);
      const error = await failureOf(() => fixture.deployments.start(plan));
      assert.match(error.code, /^edas\./);
      assert.equal(requestLog.count({ operation: 'DeployApplication' }), 1);
      assert.equal(requestLog.count({ operation: 'ListRecentChangeOrder' }), 1);
      assert.deepEqual(fixture.deployments.all, []);
    });
  }

  async function failureOf(start: () => Promise<unknown>): Promise<CodedError> {
    try {
      await start();
    } catch (error) {
      assert.ok(hasCode(error), String(error));
      return error;
    }
    return assert.fail('the deployment was started');
  }
});
