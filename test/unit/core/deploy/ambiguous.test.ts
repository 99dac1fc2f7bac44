import assert from 'node:assert/strict';
import type { Deployment } from '../../../../src/core/deploy';
import { hasCode, type CodedError } from '../../../../src/core/errors/catalogue';
import type { DeployOperation } from '../../../sandbox/server/operations';
import { clusterTypes, type FaultAction, type SandboxApplication } from '../../../sandbox';
import { DeployFixture } from './support/deployFixture';

const html = { 'content-type': 'text/html' };

/** Failures after which it is open whether EDAS has accepted the call. `isDone`: it has. */
const losses: readonly {
  readonly name: string;
  readonly action?: FaultAction;
  readonly isDone: boolean;
}[] = [
  { name: 'the response is lost', action: { kind: 'loseResponse' }, isDone: true },
  { name: 'the response breaks off', action: { kind: 'truncateResponse' }, isDone: true },
  {
    name: 'the response comes too late',
    action: { kind: 'delay', ms: 900, afterWork: true },
    isDone: true,
  },
  {
    name: 'a gateway says 502 afterwards',
    action: { kind: 'respond', status: 502, headers: html, body: '<html/>', afterWork: true },
    isDone: true,
  },
  {
    name: 'EDAS says 500 afterwards',
    action: {
      kind: 'respond',
      status: 500,
      body: '{"Code":"INTERNAL_ERROR","Message":"server error"}',
      afterWork: true,
    },
    isDone: true,
  },
  {
    name: 'the response is none of EDAS',
    action: { kind: 'respond', status: 200, headers: html, body: 'Log in', afterWork: true },
    isDone: true,
  },
  {
    name: 'the response names no change order',
    action: {
      kind: 'respond',
      status: 200,
      body: '{"Code":200,"Message":"success","RequestId":"R","ChangeOrderId":""}',
      afterWork: true,
    },
    isDone: true,
  },
  { name: 'the connection is reset', action: { kind: 'reset' }, isDone: false },
  { name: 'nothing is answered', action: { kind: 'stall' }, isDone: false },
  {
    name: 'a gateway says 503',
    action: { kind: 'error', status: 503, code: 'ServiceUnavailable' },
    isDone: false,
  },
];

/** What is found when the order is looked for. */
type Found =
  | 'ours'
  | 'ours by its Desc'
  | 'ours without a description'
  | 'one of the console'
  | 'one of somebody else'
  | 'none';

const afterDone: readonly Found[] = ['ours', 'ours by its Desc', 'ours without a description'];
const afterLoss: readonly Found[] = ['one of the console', 'one of somebody else', 'none'];

describe('A deploy call of which it is not known whether it was accepted', () => {
  let fixture: DeployFixture;
  beforeEach(async () => (fixture = await DeployFixture.start({}, 300)));
  afterEach(() => fixture.stop());

  const kinds: [string, number, DeployOperation][] = [
    ['ECS', clusterTypes.ecs, 'DeployApplication'],
    ['Kubernetes', clusterTypes.ack, 'DeployK8sApplication'],
  ];
  for (const [kind, clusterType, operation] of kinds) {
    for (const { name, action, isDone } of losses) {
      for (const found of isDone ? afterDone : afterLoss) {
        it(`${kind}: ${name}; found: ${found}`, async () => {
          const application = fixture.sandbox.deploy.add({ name: 'orders', clusterType });
          prepare(application, found, operation);
          const plan = await fixture.plan(application.id);
          fixture.sandbox.faults.add({ operation }, action!);
          await check(found, () => fixture.deployments.start(plan));
          assert.equal(fixture.sandbox.requestLog.count({ operation }), 1, 'one deploy call');
        });
      }
    }
  }

  function prepare(
    application: SandboxApplication,
    found: Found,
    operation: DeployOperation,
  ): void {
    const { deploy, requestLog } = fixture.sandbox;
    if (found === 'ours by its Desc') {
      deploy.describe = () => 'Application deployment';
    }
    if (found === 'ours without a description') {
      deploy.describe = undefined;
      deploy.returnsDesc = false;
    }
    if (found === 'one of the console' || found === 'one of somebody else') {
      const source = found === 'one of the console' ? 'console' : 'pop';
      // It wins the race against our call.
      void requestLog
        .when((entry) => entry.operation === operation)
        .then(() => deploy.startOther(application, { source, isEndless: true }));
    }
  }

  async function check(found: Found, start: () => Promise<Deployment>): Promise<void> {
    if (found.startsWith('ours')) {
      const { id, changeOrderId } = await start();
      const [order, ...others] = fixture.sandbox.deploy.orders;
      assert.equal(others.length, 0, 'one change order');
      assert.equal(changeOrderId, order?.id);
      assert.equal((await fixture.deployments.whenSettled(id)).state, 'succeeded');
      return;
    }
    const error = await failureOf(start);
    const [other, ...others] = fixture.sandbox.deploy.orders;
    assert.equal(others.length, 0, 'no change order of ours');
    if (found === 'one of the console') {
      assert.equal(error.code, 'deploy.inProgress');
      assert.equal(error.facts.changeOrderId, other?.id);
      assert.deepEqual(fixture.deployments.all, []);
      return;
    }
    assert.equal(error.code, 'deploy.uncertain');
    assert.equal(error.facts.changeOrderId, other?.id);
    assert.ok(hasCode(error.cause), 'the cause is kept');
    const [row] = fixture.deployments.all;
    assert.equal(row?.state, 'unfollowed');
    assert.equal(row.error, error);
  }

  it('is looked for until EDAS lists it', async () => {
    const application = fixture.sandbox.deploy.add({ name: 'orders' });
    const plan = await fixture.plan(application.id);
    fixture.sandbox.faults.add({ operation: 'DeployApplication' }, { kind: 'loseResponse' });
    // Twice the list does not have it yet.
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

  it('is found again after a reload while it is looked for', async () => {
    const application = fixture.sandbox.deploy.add({ name: 'orders' });
    const plan = await fixture.plan(application.id);
    const { sandbox } = fixture;
    sandbox.faults.add({ operation: 'DeployApplication' }, { kind: 'stall' });
    const lost = fixture.deployments.start(plan);
    await sandbox.requestLog.when(({ operation }) => operation === 'DeployApplication');
    fixture.deployments.dispose();
    await assert.rejects(lost, { name: 'AbortError' });
    // EDAS was at work on it all the same.
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

  it('leaves a row that finds the order later', async () => {
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

  it('is followed although the caller no longer waits for it', async () => {
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

  it('is not sent when the caller leaves before', async () => {
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

  const refusals: [string, FaultAction][] = [
    ['throttling', { kind: 'error', status: 400, code: 'Throttling.User' }],
    ['a missing permission', { kind: 'error', status: 403, code: 'Forbidden.RAM' }],
    ['a business error', { kind: 'respond', status: 200, body: '{"Code":601,"Message":"no"}' }],
  ];
  for (const [what, action] of refusals) {
    it(`is not in doubt after ${what}: nothing is looked for, nothing is left`, async () => {
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
    return assert.fail('it succeeds');
  }
});
