import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { isAbort } from '../../../../src/core/errors/catalogue';
import { isFollowed, type Deployment, type Release } from '../../../../src/core/deploy';
import {
  clusterTypes,
  status,
  type ApplicationOptions,
  type SandboxApplication,
} from '../../../sandbox';
import { failure } from '../../support/coded';
import { accountId, DeployFixture } from './support/deployFixture';

const { ecs, ack } = clusterTypes;
const manual: Release = { batches: 2, waitMinutes: 0, isManual: true };

describe('Actions on a deployment', () => {
  let fixture: DeployFixture;
  beforeEach(async () => (fixture = await DeployFixture.start()));
  afterEach(() => fixture.stop());

  /** Waits until a change event satisfies the condition, as a view would. */
  function waitFor(
    id: string,
    isReached: (deployment: Deployment) => boolean,
  ): Promise<Deployment> {
    return new Promise((resolve) => {
      const check = (deployment: Deployment | undefined): void => {
        if (deployment?.id === id && isReached(deployment)) {
          subscription.dispose();
          resolve(deployment);
        }
      };
      const subscription = fixture.deployments.onDidChange((change) => check(change.deployment));
      check(fixture.deployments.get(id));
    });
  }

  function add(sketch: Partial<ApplicationOptions> = {}): SandboxApplication {
    return fixture.sandbox.deploy.add({ name: 'orders', ...sketch });
  }

  async function start(application: SandboxApplication, release?: Release): Promise<Deployment> {
    const plan = await fixture.plan(application.id, { release });
    return fixture.deployments.start(plan);
  }

  for (const [kind, clusterType] of [
    ['ECS', ecs],
    ['Kubernetes', ack],
  ] as const) {
    it(`${kind}: starts the next batch only when it is confirmed`, async () => {
      const application = add({ clusterType });
      const { id } = await start(application, manual);
      const waiting = await waitFor(id, ({ state }) => state === 'waitingForConfirmation');
      assert.deepEqual(
        waiting.order?.pipelines.map((each) => each.status),
        [status.success, status.waitsForConfirmation],
      );
      await fixture.deployments.confirm(id);
      assert.equal((await fixture.deployments.whenSettled(id)).state, 'succeeded');
      await failure(() => fixture.deployments.confirm(id), 'deploy.notRunning');
    });

    it(`${kind}: starts the next batch automatically after the waiting time`, async () => {
      const application = add({ clusterType });
      const states = new Set<string>();
      fixture.deployments.onDidChange(({ deployment }) => states.add(deployment?.state ?? ''));
      const { id } = await start(application, { batches: 2, waitMinutes: 1, isManual: false });
      assert.equal((await fixture.deployments.whenSettled(id)).state, 'succeeded');
      assert.ok(states.has('waitingForNextBatch'));
    });

    it(`${kind}: ends in the state "aborted" after an abort`, async () => {
      const application = add({ clusterType });
      const { id } = await start(application, manual);
      await waitFor(id, ({ state }) => state === 'waitingForConfirmation');
      await fixture.deployments.abort(id);
      const { state, error } = await fixture.deployments.whenSettled(id);
      assert.equal(state, 'aborted');
      assert.equal(error?.code, 'deploy.aborted');
      await failure(() => fixture.deployments.abort(id), 'deploy.notRunning');
    });

    it(`${kind}: rolling back a running deployment aborts it and follows the rollback`, async () => {
      const application = add({ clusterType });
      const { id } = await start(application, manual);
      await waitFor(id, ({ state }) => state === 'waitingForConfirmation');
      const plan = await fixture.deployments.planRollback(id);
      assert.equal(plan.isRunning, true);
      assert.equal(plan.toVersion, '1.0');
      const rollback = await fixture.deployments.rollBack(plan);
      assert.equal(rollback.kind, 'rollback');
      assert.notEqual(rollback.changeOrderId, plan.deploymentId);
      assert.equal((await fixture.deployments.whenSettled(rollback.id)).state, 'succeeded');
      assert.equal((await fixture.deployments.whenSettled(id)).state, 'aborted');
    });

    it(`${kind}: rolling back a finished deployment deploys the previous version`, async () => {
      const application = add({ clusterType });
      const { id, version } = await start(application);
      await fixture.deployments.whenSettled(id);
      const plan = await fixture.deployments.planRollback(id);
      assert.equal(plan.isRunning, false);
      assert.equal(plan.fromVersion, version);
      assert.equal(plan.toVersion, '1.0');
      const rollback = await fixture.deployments.rollBack(plan);
      const ended = await fixture.deployments.whenSettled(rollback.id);
      assert.equal(ended.state, 'succeeded');
      const { parameters } = fixture.sandbox.deploy.orders.at(-1)!.plan;
      assert.deepEqual(
        parameters,
        clusterType === ecs
          ? {
              AppId: application.id,
              HistoryVersion: '1.0',
              GroupId: 'all',
              Batch: '1',
              BatchWaitTime: '0',
            }
          : { AppId: application.id, PackageVersionId: application.versions[0]!.id },
      );
    });

    it(`${kind}: finds a rollback whose response was lost, and does not send it again`, async () => {
      const application = add({ clusterType });
      const { id } = await start(application);
      await fixture.deployments.whenSettled(id);
      const plan = await fixture.deployments.planRollback(id);
      const operation = clusterType === ecs ? 'RollbackApplication' : 'DeployK8sApplication';
      fixture.sandbox.requestLog.clear();
      fixture.sandbox.faults.add({ operation }, { kind: 'loseResponse' });
      const rollback = await fixture.deployments.rollBack(plan);
      assert.equal(rollback.changeOrderId, fixture.sandbox.deploy.orders.at(-1)?.id);
      assert.equal(fixture.sandbox.requestLog.count({ operation }), 1);
      assert.equal(fixture.sandbox.deploy.orders.length, 2);
    });
  }

  it('rolls back only the group that was deployed to', async () => {
    const application = add({ groups: { a: 1, b: 1 } });
    const plan = await fixture.plan(application.id, { group: 'b' });
    const { id } = await fixture.deployments.start(plan);
    await fixture.deployments.whenSettled(id);
    assert.equal(application.groups[0]?.version, '1.0');
    assert.equal(application.groups[1]?.version, plan.version);
    await fixture.deployments.rollBack(await fixture.deployments.planRollback(id));
    const { parameters } = fixture.sandbox.deploy.orders.at(-1)!.plan;
    assert.equal(parameters.GroupId, application.groups[1].id);
  });

  it('rejects a rollback when there is no earlier version', async () => {
    const { id } = await start(add({ version: '' }));
    await fixture.deployments.whenSettled(id);
    await failure(() => fixture.deployments.planRollback(id), 'deploy.noEarlierVersion');
  });

  it('rejects a confirmation when no batch waits for one', async () => {
    const { id } = await start(add());
    await failure(() => fixture.deployments.confirm(id), 'deploy.nothingToConfirm');
    assert.equal(fixture.sandbox.requestLog.count({ operation: 'ContinuePipeline' }), 0);
  });

  const changes = [
    ['ContinuePipeline', 'GET', (id: string) => fixture.deployments.confirm(id)],
    ['AbortChangeOrder', 'PUT', (id: string) => fixture.deployments.abort(id)],
  ] as const;
  for (const [operation, method, change] of changes) {
    it(`does not repeat ${operation} (${method}) after a reset of a reused connection`, async () => {
      const { id } = await start(add(), manual);
      await waitFor(id, ({ state }) => state === 'waitingForConfirmation');
      fixture.sandbox.faults.add({ operation, times: Infinity }, { kind: 'reset' });
      await failure(() => change(id), 'network.reset');
      assert.equal(fixture.sandbox.requestLog.count({ operation }), 1);
    });

    it(`names the missing permission when ${operation} is denied, and continues following`, async () => {
      const { id } = await start(add(), manual);
      await waitFor(id, ({ state }) => state === 'waitingForConfirmation');
      fixture.sandbox.settings.deniedCalls = new Set([operation]);
      const error = await failure(() => change(id), 'edas.noPermission');
      assert.equal(error.facts.ramAction, 'edas:ManageApplication');
      assert.equal(
        fixture.deployments.get(id)?.state,
        'waitingForConfirmation',
        'it is still followed',
      );
    });
  }

  it('keeps its end when it ends before the response to a confirmation arrives', async () => {
    const { id } = await start(add(), manual);
    await waitFor(id, ({ state }) => state === 'waitingForConfirmation');
    const delay = { kind: 'delay', ms: 300, afterWork: true } as const;
    fixture.sandbox.faults.add({ operation: 'ContinuePipeline' }, delay);
    const confirmed = fixture.deployments.confirm(id);
    await fixture.deployments.whenSettled(id);
    await confirmed;
    assert.equal(fixture.deployments.get(id)?.state, 'succeeded');
  });

  const ends = [
    ['the account signs out', () => fixture.deployments.forgetAccount(accountId)],
    ['the person stops following', (id: string) => fixture.deployments.stopFollowing(id)],
  ] as const;
  for (const [description, end] of ends) {
    it(`is not followed again when ${description} before the response to an abort arrives`, async () => {
      const { id } = await start(add(), manual);
      const operation = 'AbortChangeOrder';
      fixture.sandbox.faults.add({ operation }, { kind: 'delay', ms: 200 });
      const aborted = fixture.deployments.abort(id);
      await fixture.sandbox.requestLog.when((entry) => entry.operation === operation);
      end(id);
      await aborted;
      assert.equal(fixture.deployments.get(id)?.state, 'unfollowed');
    });
  }

  it('is followed to its end when it is aborted while it is not followed', async () => {
    const { id } = await start(add(), manual);
    fixture.deployments.stopFollowing(id);
    await fixture.deployments.abort(id);
    assert.equal((await fixture.deployments.whenSettled(id)).state, 'aborted');
  });

  it('stays followed when it is resumed during a refresh', async () => {
    const { id } = await start(add(), manual);
    fixture.deployments.stopFollowing(id);
    const operation = 'GetChangeOrderInfo';
    fixture.sandbox.faults.add({ operation }, { kind: 'delay', ms: 200 });
    const refreshed = fixture.deployments.refresh(id);
    await fixture.deployments.resume(id);
    assert.ok(isFollowed(await refreshed));
  });

  it('stays out of the list when it is removed during a refresh', async () => {
    const { id } = await start(add(), manual);
    fixture.deployments.stopFollowing(id);
    const refreshed = failure(() => fixture.deployments.refresh(id), 'deploy.gone');
    fixture.deployments.remove(id);
    await refreshed;
    assert.equal(fixture.deployments.get(id), undefined);
  });

  it('rejects a deployment while another change order runs, which can be followed instead', async () => {
    const application = add();
    const other = fixture.sandbox.deploy.startOther(application);
    const plan = await fixture.plan(application.id);
    const error = await failure(() => fixture.deployments.start(plan), 'deploy.inProgress');
    assert.equal(error.facts.changeOrderId, other.id);
    assert.equal(fixture.sandbox.requestLog.count({ operation: 'DeployApplication' }), 0);
    assert.deepEqual(fixture.deployments.all, []);
    const { id } = fixture.deployments.follow(accountId, plan.application, other.id);
    const ended = await fixture.deployments.whenSettled(id);
    assert.equal(ended.state, 'succeeded');
    assert.equal(ended.isOwn, false);
  });

  it('counts the healthy instances after a success', async () => {
    const { id } = await start(add({ unhealthy: 1 }));
    const { health } = await waitFor(id, (each) => each.health !== undefined);
    assert.deepEqual(health, { total: 2, healthy: 1 });
  });

  it('stops following without aborting, and can be resumed', async () => {
    const settled: Deployment[] = [];
    fixture.deployments.onDidSettle((each) => settled.push(each));
    const { id } = await start(add(), manual);
    fixture.deployments.stopFollowing(id);
    const { state, error } = await fixture.deployments.whenSettled(id);
    assert.deepEqual([state, error], ['unfollowed', undefined]);
    assert.deepEqual(settled, [], 'no notification of what the person has requested');
    assert.deepEqual(fixture.deployments.interrupted, [], 'is not resumed by itself');
    assert.equal(fixture.sandbox.deploy.orders[0]?.isOver, false);
    assert.equal(fixture.sandbox.requestLog.count({ operation: 'AbortChangeOrder' }), 0);
    await fixture.deployments.resume(id);
    await waitFor(id, (each) => each.state === 'waitingForConfirmation');
  });

  it('stops following at the time limit, and can be resumed', async () => {
    fixture.open({ limitMs: () => 20_000 });
    const { id } = await start(add({ groups: { a: 4 } }), {
      batches: 4,
      waitMinutes: 0,
      isManual: false,
    });
    const { state, error } = await fixture.deployments.whenSettled(id);
    assert.deepEqual([state, error?.code], ['unfollowed', 'deploy.timedOut']);
    assert.equal(fixture.sandbox.deploy.orders[0]?.isOver, false);
    await fixture.deployments.resume(id);
    assert.equal(fixture.deployments.get(id)?.error, undefined);
  });

  it('continues when a caller of whenSettled aborts', async () => {
    const { id } = await start(add(), manual);
    const caller = new AbortController();
    const settled = fixture.deployments.whenSettled(id, caller.signal);
    caller.abort();
    await assert.rejects(settled, isAbort);
    await waitFor(id, (each) => each.state === 'waitingForConfirmation');
  });

  it('lists recent change orders of used applications without following them', async () => {
    const application = add();
    const { id } = await start(application);
    await fixture.deployments.whenSettled(id);
    const other = fixture.sandbox.deploy.startOther(application, { isManual: true });
    await fixture.deployments.loadRecent(accountId);
    const [row] = fixture.deployments.all.filter((each) => each.id !== id);
    assert.equal(fixture.deployments.all.length, 2);
    assert.equal(row?.changeOrderId, other.id);
    assert.equal(row.state, 'unfollowed');
    fixture.sandbox.deploy.pass(60_000);
    assert.equal((await fixture.deployments.refresh(row.id)).state, 'succeeded');
    fixture.deployments.remove(row.id);
    assert.equal(fixture.deployments.get(row.id), undefined);
  });

  it('are refused when the deployment is not in the list', async () => {
    const { deployments } = fixture;
    await failure(() => deployments.confirm('none'), 'deploy.gone');
    await failure(() => deployments.resume('none'), 'deploy.gone');
    await failure(() => deployments.whenSettled('none'), 'deploy.gone');
  });

  it('reads at most about 40 change orders per minute for all deployments of an account', async () => {
    const { requestLog } = fixture.sandbox;
    const deployments = await Promise.all(
      [1, 2, 3, 4, 5, 6].map(async (number) => start(add({ name: `app-${number}` }))),
    );
    requestLog.clear();
    const before = fixture.timing.time;
    await Promise.all(deployments.map(({ id }) => fixture.deployments.whenSettled(id)));
    const elapsedMinutes = (fixture.timing.time - before) / 60_000;
    const reads = requestLog.count({ operation: 'GetChangeOrderInfo' });
    // EDAS allows 100 calls a minute for all tools of the account together. The first read is sent without a wait.
    assert.ok((reads - 1) / elapsedMinutes <= 41, `${reads} reads in ${elapsedMinutes} min`);
    for (const { id } of deployments) {
      assert.equal(fixture.deployments.get(id)?.state, 'succeeded');
    }
  });
});

describe('Deployments of an account', () => {
  let fixture: DeployFixture;
  beforeEach(async () => (fixture = await DeployFixture.start()));
  afterEach(() => fixture.stop());

  async function startManual(): Promise<Deployment> {
    const application = fixture.sandbox.deploy.add({ name: 'orders' });
    return fixture.deployments.start(await fixture.plan(application.id, { release: manual }));
  }

  it('send no request after a window reload until they are resumed', async () => {
    const { id, changeOrderId } = await startManual();
    fixture.deployments.dispose();
    fixture.sandbox.requestLog.clear();
    const window = fixture.open();
    const [row, ...others] = window.interrupted;
    assert.equal(others.length, 0);
    assert.equal(row?.id, id);
    assert.equal(row.changeOrderId, changeOrderId);
    assert.equal(row.state, 'unfollowed');
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(fixture.sandbox.requestLog.entries.length, 0);
    await window.resume(id);
    const { order } = await new Promise<Deployment>((resolve) =>
      window.onDidChange(({ deployment }) => deployment?.order && resolve(deployment)),
    );
    assert.equal(order?.id, changeOrderId);
  });

  it('are not resumed after a window reload when the person has stopped following them', async () => {
    const { id } = await startManual();
    fixture.deployments.stopFollowing(id);
    fixture.deployments.dispose();
    const window = fixture.open();
    assert.equal(window.get(id)?.state, 'unfollowed');
    assert.deepEqual(window.interrupted, []);
  });

  it('can still be resumed after two window reloads', async () => {
    const { id } = await startManual();
    fixture.deployments.dispose();
    const window = fixture.open();
    // Saves the list, with the first deployment as it is now: not followed.
    const { id: second } = await startManual();
    window.stopFollowing(second);
    window.dispose();
    assert.deepEqual(
      fixture.open().interrupted.map((each) => each.id),
      [id],
    );
  });

  it('are not resumed by themselves after the time limit, also when they were refreshed', async () => {
    fixture.open({ limitMs: () => 20_000 });
    const application = fixture.sandbox.deploy.add({ name: 'orders', groups: { a: 4 } });
    const release = { batches: 4, waitMinutes: 0, isManual: false };
    const plan = await fixture.plan(application.id, { release });
    const { id } = await fixture.deployments.start(plan);
    assert.equal((await fixture.deployments.whenSettled(id)).error?.code, 'deploy.timedOut');
    assert.equal((await fixture.deployments.refresh(id)).state, 'unfollowed');
    assert.deepEqual(fixture.deployments.interrupted, []);
  });

  it('are stored without secrets and without server messages, which a refresh reads again', async () => {
    fixture.sandbox.deploy.failNext({ taskError: 'a message of the server' });
    const application = fixture.sandbox.deploy.add({ name: 'orders' });
    const { id } = await fixture.deployments.start(await fixture.plan(application.id));
    await fixture.deployments.whenSettled(id);
    const { text = '' } = fixture.state;
    assert.ok(text.includes(id));
    const [key] = fixture.sandbox.keys;
    for (const secret of [key!.id, key!.secret, 'a message of the server', 'http']) {
      assert.equal(text.includes(secret), false, secret);
    }
    const window = fixture.open();
    const restored = window.get(id);
    assert.equal(restored?.state, 'failed');
    assert.equal(restored.error, undefined);
    const refreshed = await window.refresh(id);
    assert.equal(refreshed.error?.facts.serverMessage, 'a message of the server');
    assert.equal(refreshed.endedAt, restored.endedAt);
  });

  const malformed: unknown[] = [
    undefined,
    null,
    7,
    'text',
    {},
    [null, 7, {}, [], { id: 'x' }],
    [{ id: 'x', accountId: 'a', kind: 'deploy', state: 'running', startedAt: 1 }],
    [{ id: 1, accountId: 'a', kind: 'deploy', state: 'running', startedAt: 1 }],
    [
      {
        id: 'x',
        accountId: 'a',
        kind: 'deploy',
        state: 'running',
        startedAt: 1e99,
        application: { id: 'a', name: 'n', clusterKind: 'ecs' },
      },
    ],
  ];
  for (const value of malformed) {
    it(`ignore malformed stored data: ${inspect(value, { breakLength: Infinity }).slice(0, 80)}`, () => {
      const window = fixture.open({
        state: { read: () => value, write: () => Promise.resolve() },
      });
      assert.deepEqual(window.all, []);
    });
  }

  it('are no longer followed after the sign-out, which also clears the cached keys', async () => {
    const { id } = await startManual();
    fixture.deployments.forgetAccount(accountId);
    assert.equal(fixture.deployments.get(id)?.state, 'unfollowed');
    const reads = fixture.keyReads;
    await fixture.deployments.refresh(id);
    assert.equal(fixture.keyReads, reads + 1);
  });

  it('read the keys again when EDAS rejects them, and continue', async () => {
    const { id } = await startManual();
    const used = fixture.keyReads;
    fixture.sandbox.faults.add(
      { operation: 'GetChangeOrderInfo' },
      { kind: 'error', status: 400, code: 'InvalidSecurityToken.Expired' },
    );
    await new Promise<void>((resolve) =>
      fixture.deployments.onDidChange(
        ({ deployment }) => deployment?.state === 'waitingForConfirmation' && resolve(),
      ),
    );
    assert.equal(fixture.keyReads, used + 1);
    assert.equal(fixture.deployments.get(id)?.problem, undefined);
  });

  it('are no longer followed when EDAS rejects the new keys as well', async () => {
    const { id } = await startManual();
    fixture.sandbox.faults.add(
      { operation: 'GetChangeOrderInfo', times: Infinity },
      { kind: 'error', status: 400, code: 'InvalidSecurityToken.Expired' },
    );
    const { state, error } = await fixture.deployments.whenSettled(id);
    assert.equal(state, 'unfollowed');
    assert.equal(error?.code, 'deploy.notFollowed');
    assert.equal(error.facts.serverCode, 'InvalidSecurityToken.Expired');
    assert.equal(fixture.sandbox.deploy.orders[0]?.isOver, false);
  });
});
