import assert from 'node:assert/strict';
import { describeError } from '../../../../src/common/messages';
import type { ErrorCode } from '../../../../src/core/errors/catalogue';
import { clusterTypes, status, type OrderFailure } from '../../../sandbox';
import { DeployFixture } from './support/deployFixture';

interface Row {
  readonly name: string;
  readonly failure: OrderFailure;
  readonly isKubernetes?: true;
  readonly code?: ErrorCode;
  /** What the person is shown, after the first sentence. */
  readonly text: string;
}

const seeConsole = 'For details, open the deployment in the EDAS console.';

/** Where EDAS can state the reason, the most specific place first. */
const rows: readonly Row[] = [
  {
    name: 'the error code and the error message of a task',
    failure: {
      taskCode: 'EDAS-10001',
      taskError: 'STAR_AGENT_OFFLINE',
      taskMessage: 'less specific',
      instanceMessage: 'less specific',
      stageMessage: 'less specific',
    },
    text: 'Stage: Batch: 1 › Process Start › Process Start task. EDAS says: “STAR_AGENT_OFFLINE”. The agent on the instance is offline: restart it there (/home/staragent/bin/staragentctl restart), then deploy again.',
  },
  {
    name: 'the error code and the message of a task',
    failure: { taskCode: 'EDAS-10002', taskMessage: 'no end after 300 s' },
    text: 'Stage: Batch: 1 › Process Start › Process Start task. EDAS says: “no end after 300 s”. A task took too long: check the log of the instance.',
  },
  {
    name: 'the error code of a task',
    failure: { taskCode: 'EDAS-10000' },
    text: 'Stage: Batch: 1 › Process Start › Process Start task. The disk of the instance is full: free space on it, then deploy again.',
  },
  {
    name: 'the error message of a task without a code',
    failure: { taskError: 'exit code 137', instanceMessage: 'less specific' },
    text: `Stage: Batch: 1 › Process Start › Process Start task. EDAS says: “exit code 137”. ${seeConsole}`,
  },
  {
    name: 'the message of a task',
    failure: { taskMessage: '[CALLBACK] port 8080 is in use', instanceMessage: 'less specific' },
    text: `Stage: Batch: 1 › Process Start › Process Start task. EDAS says: “[CALLBACK] port 8080 is in use”. ${seeConsole}`,
  },
  {
    name: 'the message of an ECS instance',
    failure: { instanceMessage: 'health check failed', stageMessage: 'less specific' },
    text: `Stage: Batch: 1 › Process Start › Process Start on ecs-1-1. Instance: ecs-1-1 (192.168.0.1). EDAS says: “health check failed”. ${seeConsole}`,
  },
  {
    name: 'the message of a pod',
    isKubernetes: true,
    failure: { instanceMessage: 'Back-off restarting failed container' },
    text: `Stage: Batch: 1 › Rolling Update › Rolling Update on orders-group-1-7d9f8c6b5d-1. Instance: orders-group-1-7d9f8c6b5d-1 (10.0.0.1, CrashLoopBackOff). EDAS says: “Back-off restarting failed container”. ${seeConsole}`,
  },
  {
    name: 'the state of a pod',
    isKubernetes: true,
    failure: {},
    text: `Stage: Batch: 1 › Rolling Update. Instance: orders-group-1-7d9f8c6b5d-1 (10.0.0.1, CrashLoopBackOff). EDAS says: “CrashLoopBackOff”. ${seeConsole}`,
  },
  {
    name: 'the message of a stage',
    failure: { stageMessage: 'stopped by the operator' },
    text: `Stage: Batch: 1 › Process Start. EDAS says: “stopped by the operator”. ${seeConsole}`,
  },
  { name: 'the status alone', failure: {}, text: seeConsole },
  {
    name: 'a change order with the status “system fault”',
    failure: { status: status.systemFault, stageMessage: 'internal' },
    code: 'deploy.systemFault',
    text: `Stage: Batch: 1 › Process Start. EDAS says: “internal”. ${seeConsole}`,
  },
  {
    name: 'a change order with the status “partially executed”',
    failure: { status: status.partial, taskError: 'one instance left out' },
    code: 'deploy.partial',
    text: `Stage: Batch: 1 › Process Start › Process Start task. EDAS says: “one instance left out”. ${seeConsole}`,
  },
  {
    name: 'a task of the second batch',
    failure: { batch: 2, stage: 'Process Stop', taskError: 'hangs' },
    text: `Stage: Batch: 2 › Process Stop › Process Stop task. EDAS says: “hangs”. ${seeConsole}`,
  },
  {
    name: 'a message that contains a secret, which is hidden',
    failure: { taskError: 'GET ?security-token=CAISabcdefghijklmnopqrstuvwxyz123 failed' },
    text: `Stage: Batch: 1 › Process Start › Process Start task. EDAS says: “GET ?security-token=[hidden] failed”. ${seeConsole}`,
  },
  ...(
    [
      ['EDAS-10012', 'UNZIP_WAR_FAILED', 'The WAR is damaged: build and upload it again.'],
      ['EDAS-10013', 'JAR_WAR_FAILED', 'The package is damaged: build and upload it again.'],
      [
        'EDAS-10014',
        'WAR_URL_403',
        'The instance may not read the package: check that application and package are in the same region and account.',
      ],
      [
        'EDAS-10015',
        'WAR_URL_404',
        'The package no longer exists: upload it again, then deploy that.',
      ],
      [
        'EDAS-10016',
        'JAVA_PROCESS_ROOT',
        'A Java process on the instance was started by root: stop it, then deploy again.',
      ],
      ['EDAS-10099', 'NEW_ERROR', seeConsole],
    ] as const
  ).map(([taskCode, taskError, hint]) => ({
    name: `the error code ${taskCode}`,
    failure: { taskCode, taskError },
    text: `Stage: Batch: 1 › Process Start › Process Start task. EDAS says: “${taskError}”. ${hint}`,
  })),
];

describe('The reason of a failed deployment', () => {
  let fixture: DeployFixture;
  before(async () => (fixture = await DeployFixture.start()));
  after(() => fixture.stop());

  for (const { name, failure, isKubernetes, code = 'deploy.failed', text } of rows) {
    it(`is read from ${name}`, async () => {
      const application = fixture.sandbox.deploy.add({
        name: 'orders',
        ...(isKubernetes && { clusterType: clusterTypes.ack }),
      });
      fixture.sandbox.deploy.failNext(failure);
      const release = { batches: failure.batch ?? 1, waitMinutes: 0, isManual: false };
      const plan = await fixture.plan(application.id, { release });
      const { id } = await fixture.deployments.start(plan);
      const { error, state } = await fixture.deployments.whenSettled(id);
      assert.equal(error?.code, code);
      assert.equal(state, code === 'deploy.partial' ? 'partial' : 'failed');
      const { sentence, reference } = describeError(error);
      assert.equal(sentence.slice(sentence.indexOf('. ') + 2), text);
      assert.equal(reference, failure.taskCode === undefined ? '' : `(${failure.taskCode})`);
    });
  }

  it('is a package that EDAS is not allowed to read, or that does not exist', async () => {
    const codes: (string | undefined)[] = [];
    for (const isDeleted of [false, true]) {
      const application = fixture.sandbox.deploy.add({ name: 'orders' });
      const plan = await fixture.plan(application.id, { packageName: 'gone.jar' });
      if (isDeleted) {
        await fixture.sandbox.objects.delete(plan.package.key);
      } else {
        fixture.sandbox.settings.unreadable = new Set([plan.package.key]);
      }
      const { id } = await fixture.deployments.start(plan);
      codes.push((await fixture.deployments.whenSettled(id)).error?.facts.serverCode);
    }
    assert.deepEqual(codes, ['EDAS-10014', 'EDAS-10015']);
  });
});
