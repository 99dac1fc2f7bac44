import assert from 'node:assert/strict';
import { describeError } from '../../src/common/messages';
import { hasCode, type CodedError } from '../../src/core/errors/catalogue';
import type { Deployment, DeploymentState } from '../../src/core/deploy';
import type { FaultAction, SandboxApplication } from '../sandbox';
import type { DeployOperation } from '../sandbox/server/operations';
import { DeployFixture } from '../unit/core/deploy/support/deployFixture';

/** What becomes of a deployment: it is refused before it starts, or comes to a state. */
type Outcome = DeploymentState | 'refused';

interface Row {
  readonly name: string;
  /** Which requests are struck. */
  readonly operation?: DeployOperation | readonly DeployOperation[];
  readonly action?: FaultAction;
  /** Default 1. */
  readonly times?: number;
  /** What else happens, before anything is requested. */
  readonly prepare?: (
    fixture: DeployFixture,
    application: SandboxApplication,
  ) => void | Promise<void>;
  /** What happens to the deployment once it runs. */
  readonly meanwhile?: (fixture: DeployFixture, deployment: Deployment) => Promise<void>;
  readonly isManual?: true;
  readonly outcome: Outcome;
  /** The sentences that the person reads, in their order; each once. `HOST` is the sandbox's. */
  readonly reads?: readonly string[];
  /** Deploy calls that arrived; default 1, for those that are refused 0. */
  readonly deployCalls?: number;
}

const html = { 'content-type': 'text/html' };
const always = Number.POSITIVE_INFINITY;

function error(status: number, code: string, more: object = {}): FaultAction {
  return { kind: 'error', status, code, ...more };
}

function business(code: number, message: string): FaultAction {
  const body = JSON.stringify({ Code: code, Message: message, RequestId: 'R-1' });
  return { kind: 'answer', status: 200, body };
}

const lost =
  'The connection to HOST was lost. Try again. If this keeps happening, check your proxy and firewall.';
const stalled = 'No response from HOST in time. Try again when your connection is more stable.';
const refusedConnection =
  'The connection was refused by HOST. Check that the endpoint is right and the service is running.';
const faulty =
  'EDAS is having problems. Try again later. If they persist, contact support with the request ID.';
const foreign =
  'The response from HOST is not from EDAS or OSS. It may be the login page of a network or a proxy. Open a web page in a browser to check, and verify the endpoint.';
const expired =
  'The temporary keys (STS) of this account are no longer valid. Sign in with new ones.';
const mayNotRead =
  'This account is not allowed to do this with the application. Ask the administrator to allow the RAM action edas:ReadApplication.';
const mayNotDeploy =
  'This account is not allowed to do this with the application. Ask the administrator to allow the RAM action edas:ManageApplication.';
const notFollowed = (words = ''): string =>
  `The state of the deployment of orders can no longer be read.${words} It continues at EDAS: check the account, then follow it again, or open the EDAS console.`;
const uncertain =
  'It is not known whether EDAS has started the deployment of orders: the response was lost, and no change order was found. Check in the EDAS console before you deploy again.';

const rows: readonly Row[] = [
  // While the request is checked
  {
    name: 'listing: reset twice',
    operation: 'ListApplication',
    action: { kind: 'reset' },
    times: 2,
    outcome: 'succeeded',
  },
  {
    name: 'listing: 503 three times',
    operation: 'ListApplication',
    action: error(503, 'ServiceUnavailable'),
    times: 3,
    outcome: 'succeeded',
  },
  {
    name: 'listing: nothing is answered',
    operation: 'ListApplication',
    action: { kind: 'stall' },
    outcome: 'succeeded',
  },
  {
    name: 'listing: throttled twice',
    operation: 'ListApplication',
    action: error(400, 'Throttling.User'),
    times: 2,
    outcome: 'succeeded',
  },
  {
    name: 'listing: not permitted',
    operation: 'ListApplication',
    action: error(403, 'Forbidden.RAM'),
    times: always,
    outcome: 'succeeded',
  },
  {
    name: 'reading: not permitted',
    operation: ['ListApplication', 'GetApplication'],
    action: error(403, 'Forbidden.RAM'),
    times: always,
    outcome: 'refused',
    reads: [mayNotRead],
  },
  {
    name: 'reading: Code 401 in a 200',
    operation: 'ListRecentChangeOrder',
    action: business(401, 'no'),
    outcome: 'refused',
    reads: [mayNotRead],
  },
  {
    name: 'reading: 500 for good',
    operation: 'ListDeployGroup',
    action: error(500, 'INTERNAL_ERROR'),
    times: always,
    outcome: 'refused',
    reads: [faulty],
  },
  {
    name: 'reading: a login page',
    operation: 'ListDeployGroup',
    action: { kind: 'answer', status: 200, headers: html, body: '<html>Log in</html>' },
    times: always,
    outcome: 'refused',
    reads: [foreign],
  },
  {
    name: 'reading: a field is missing',
    operation: 'ListDeployGroup',
    action: {
      kind: 'answer',
      status: 200,
      body: '{"Code":200,"DeployGroupList":{"DeployGroup":[{"GroupName":"a"}]}}',
    },
    outcome: 'refused',
    reads: [
      'The response from EDAS is unusable: the field “GroupId” is missing or invalid. Try again. If that does not help, check the endpoint or contact support with the request ID.',
    ],
  },
  {
    name: 'reading: the STS token has expired',
    operation: 'ListApplication',
    action: error(400, 'InvalidSecurityToken.Expired'),
    times: always,
    outcome: 'refused',
    reads: [expired],
  },
  {
    name: 'reading: never answered',
    operation: 'ListRecentChangeOrder',
    action: { kind: 'stall' },
    times: always,
    outcome: 'refused',
    reads: [stalled],
  },
  {
    name: 'EDAS is down',
    prepare: ({ sandbox }) => sandbox.down('edas'),
    outcome: 'refused',
    reads: [refusedConnection],
  },
  {
    name: 'EDAS is down for a moment',
    prepare: async (fixture) => {
      await fixture.sandbox.down('edas');
      onWait(fixture, 2, () => fixture.sandbox.up('edas'));
    },
    outcome: 'succeeded',
  },
  // The deploy call
  {
    name: 'deploying: throttled',
    operation: 'DeployApplication',
    action: error(400, 'Throttling.User'),
    outcome: 'refused',
    deployCalls: 1,
    reads: ['EDAS is receiving too many requests. Try again in a moment.'],
  },
  {
    name: 'deploying: not permitted',
    operation: 'DeployApplication',
    action: error(403, 'Forbidden.RAM'),
    outcome: 'refused',
    deployCalls: 1,
    reads: [mayNotDeploy],
  },
  {
    name: 'deploying: refused in the words of EDAS',
    operation: 'DeployApplication',
    action: business(601, 'The application is being deleted.'),
    outcome: 'refused',
    deployCalls: 1,
    reads: [
      'EDAS rejected the request. “The application is being deleted.” If this is unexpected, contact support with the request ID.',
    ],
  },
  {
    name: 'deploying: the response is lost',
    operation: 'DeployApplication',
    action: { kind: 'loseAnswer' },
    outcome: 'succeeded',
  },
  {
    name: 'deploying: the response comes after the time limit',
    operation: 'DeployApplication',
    action: { kind: 'delay', ms: 900, afterWork: true },
    outcome: 'succeeded',
  },
  {
    name: 'deploying: 500, and no order',
    operation: 'DeployApplication',
    action: error(500, 'INTERNAL_ERROR'),
    outcome: 'refused',
    deployCalls: 1,
    reads: [uncertain],
  },
  {
    name: 'deploying: reset, and no order',
    operation: 'DeployApplication',
    action: { kind: 'reset' },
    outcome: 'refused',
    deployCalls: 1,
    reads: [uncertain],
  },
  {
    name: 'deploying: somebody else was faster',
    prepare: ({ sandbox }, application) =>
      void sandbox.deploy.startOther(application, { isEndless: true }),
    outcome: 'refused',
    reads: [
      'Another deployment of orders is running. Nothing was deployed. Follow that one, and deploy when it has ended.',
    ],
  },
  {
    name: 'the clock is 20 minutes off',
    prepare: ({ sandbox }) => void (sandbox.clock.offsetMs = 20 * 60_000),
    outcome: 'succeeded',
  },
  // While it is followed
  {
    name: 'following: reset three times',
    operation: 'GetChangeOrderInfo',
    action: { kind: 'reset' },
    times: 3,
    outcome: 'succeeded',
    reads: [lost],
  },
  {
    name: 'following: never answered, once',
    operation: 'GetChangeOrderInfo',
    action: { kind: 'stall' },
    outcome: 'succeeded',
    reads: [stalled],
  },
  {
    name: 'following: half a response',
    operation: 'GetChangeOrderInfo',
    action: { kind: 'halfAnswer' },
    outcome: 'succeeded',
    reads: [lost],
  },
  {
    name: 'following: 500 five times',
    operation: 'GetChangeOrderInfo',
    action: error(500, 'INTERNAL_ERROR'),
    times: 5,
    outcome: 'succeeded',
    reads: [faulty],
  },
  {
    name: 'following: throttled five times',
    operation: 'GetChangeOrderInfo',
    action: error(400, 'Throttling.User', { headers: { 'x-acs-retry-after': '7000' } }),
    times: 5,
    outcome: 'succeeded',
    reads: ['EDAS is receiving too many requests. Try again in 7 s.'],
  },
  {
    name: 'following: a login page',
    operation: 'GetChangeOrderInfo',
    action: { kind: 'answer', status: 200, headers: html, body: '<html/>' },
    times: 2,
    outcome: 'succeeded',
    reads: [foreign],
  },
  {
    name: 'following: redirected',
    operation: 'GetChangeOrderInfo',
    action: { kind: 'answer', status: 302, headers: { location: 'https://login.example' } },
    outcome: 'succeeded',
    reads: [
      'The request was redirected by HOST, and signed requests do not follow redirects. Check the endpoint, or log in to the network in the browser.',
    ],
  },
  {
    name: 'following: 5 MiB',
    operation: 'GetChangeOrderInfo',
    action: { kind: 'answer', status: 200, body: Buffer.alloc(5 * 1024 * 1024, ' ') },
    outcome: 'succeeded',
    reads: ['The response from HOST is too large to be from EDAS or OSS. Check the endpoint.'],
  },
  {
    name: 'following: a field is missing',
    operation: 'GetChangeOrderInfo',
    action: {
      kind: 'answer',
      status: 200,
      body: '{"Code":200,"changeOrderInfo":{"ChangeOrderId":"x"}}',
    },
    outcome: 'succeeded',
    reads: [
      'The response from EDAS is unusable: the field “Status” is missing or invalid. Try again. If that does not help, check the endpoint or contact support with the request ID.',
    ],
  },
  {
    name: 'following: the new order is not known yet',
    operation: 'GetChangeOrderInfo',
    action: business(601, 'The change order does not exist.'),
    times: 2,
    outcome: 'succeeded',
    reads: [
      'EDAS rejected the request. “The change order does not exist.” If this is unexpected, contact support with the request ID.',
    ],
  },
  {
    name: 'following: the order is never known',
    operation: 'GetChangeOrderInfo',
    action: business(601, 'The change order does not exist.'),
    times: always,
    outcome: 'unfollowed',
    reads: [
      'EDAS rejected the request. “The change order does not exist.” If this is unexpected, contact support with the request ID.',
      notFollowed(' “The change order does not exist.”'),
    ],
  },
  {
    name: 'following: not permitted',
    operation: 'GetChangeOrderInfo',
    action: error(403, 'Forbidden.RAM', { message: 'No.' }),
    times: always,
    outcome: 'unfollowed',
    reads: [notFollowed(' “No.”')],
  },
  {
    name: 'following: Code 401 in a 200',
    operation: 'GetChangeOrderInfo',
    action: business(401, 'no'),
    outcome: 'unfollowed',
    reads: [notFollowed(' “no”')],
  },
  {
    name: 'following: the key was disabled',
    operation: 'GetChangeOrderInfo',
    action: error(400, 'InvalidAccessKeyId.Inactive', { message: 'Inactive.' }),
    times: always,
    outcome: 'unfollowed',
    reads: [notFollowed(' “Inactive.”')],
  },
  {
    name: 'following: the STS token expires, there is a new one',
    operation: 'GetChangeOrderInfo',
    action: error(400, 'InvalidSecurityToken.Expired'),
    outcome: 'succeeded',
  },
  {
    name: 'following: the STS token expires, there is no new one',
    operation: 'GetChangeOrderInfo',
    action: error(400, 'InvalidSecurityToken.Expired', { message: 'Expired.' }),
    times: always,
    outcome: 'unfollowed',
    reads: [notFollowed(' “Expired.”')],
  },
  {
    name: 'following: EDAS is down for two minutes',
    meanwhile: async (fixture) => {
      await fixture.sandbox.down('edas');
      onWait(fixture, 12, () => fixture.sandbox.up('edas'));
    },
    outcome: 'succeeded',
    reads: [lost, refusedConnection],
  },
  {
    name: 'following: EDAS does not come back',
    meanwhile: ({ sandbox }) => sandbox.down('edas'),
    outcome: 'unfollowed',
    reads: [
      lost,
      refusedConnection,
      'The deployment of orders takes longer than the time limit. It continues at EDAS, but is no longer followed: follow it again, or open the EDAS console.',
    ],
  },
  {
    name: 'following: the state of the instances cannot be read',
    operation: 'QueryApplicationStatus',
    action: error(403, 'Forbidden.RAM'),
    outcome: 'succeeded',
  },
  // The window
  {
    name: 'a reload while it runs',
    meanwhile: async (fixture, { id }) => {
      fixture.deployments.dispose();
      const window = fixture.open();
      assert.equal(window.get(id)?.state, 'unfollowed');
      await window.resume(id);
    },
    outcome: 'succeeded',
  },
  {
    name: 'a reload, and EDAS cannot be read afterwards',
    meanwhile: async (fixture, { id }) => {
      fixture.deployments.dispose();
      const action = error(403, 'Forbidden.RAM', { message: 'No.' });
      fixture.sandbox.faults.add({ operation: 'GetChangeOrderInfo', times: always }, action);
      await fixture.open().resume(id);
    },
    outcome: 'unfollowed',
    reads: [notFollowed(' “No.”')],
  },
  // A person acts
  {
    name: 'confirming: the response is lost, and the batch starts all the same',
    operation: 'ContinuePipeline',
    action: { kind: 'loseAnswer' },
    isManual: true,
    meanwhile: async (fixture, { id }) => {
      await untilWaiting(fixture, id);
      await assert.rejects(fixture.deployments.confirm(id), (thrown) =>
        hasCode(thrown, 'network.reset'),
      );
    },
    outcome: 'succeeded',
  },
  {
    name: 'aborting: the response is lost, and it is aborted all the same',
    operation: 'AbortChangeOrder',
    action: { kind: 'loseAnswer' },
    isManual: true,
    meanwhile: async (fixture, { id }) => {
      await untilWaiting(fixture, id);
      await assert.rejects(fixture.deployments.abort(id), (thrown) =>
        hasCode(thrown, 'network.reset'),
      );
    },
    outcome: 'aborted',
    reads: [
      'The deployment of orders was aborted. Instances that were updated before stay updated: roll back, or deploy again.',
    ],
  },
];

describe('Every fault of a deployment, and what the person reads', () => {
  const table: string[] = [];
  after(() => console.log(`\n${table.join('\n')}\n`));

  for (const row of rows) {
    it(row.name, async () => {
      // Following stalls soon; the deploy call has its own limit.
      const fixture = await DeployFixture.start({}, 300);
      try {
        await strike(row, fixture);
      } finally {
        await fixture.stop();
      }
      table.push(`  ${row.outcome.padEnd(11)} ${row.name}`);
    });
  }

  async function strike(row: Row, fixture: DeployFixture): Promise<void> {
    const { sandbox } = fixture;
    const application = sandbox.deploy.add({ name: 'orders' });
    const deployed = await fixture.package();
    await row.prepare?.(fixture, application);
    const { operation, action, times = 1 } = row;
    const fault = operation && action && sandbox.faults.add({ operation, times }, action);
    const sentences = new Set<string>();
    const outcome = await deploy(row, fixture, application.id, deployed, sentences);
    assert.equal(outcome, row.outcome);
    assert.deepEqual([...sentences], row.reads ?? []);
    if (fault) {
      // Some requests come only after the end.
      await sandbox.requestLog.when((entry) => entry.fault === fault.action.kind);
    }
    const { deployCalls = row.outcome === 'refused' ? 0 : 1 } = row;
    assert.ok(fixture.orderCount <= 1, 'never two change orders');
    // The gateway refuses a call with a wrong time before EDAS sees it.
    const calls = sandbox.requestLog
      .select({ operation: 'DeployApplication' })
      .filter(({ code }) => code !== 'InvalidTimeStamp.Expired');
    assert.equal(calls.length, deployCalls);
  }

  async function deploy(
    row: Row,
    fixture: DeployFixture,
    applicationId: string,
    deployed: Awaited<ReturnType<DeployFixture['package']>>,
    sentences: Set<string>,
  ): Promise<Outcome> {
    const read = (coded: CodedError): void => {
      const { host } = new URL(fixture.sandbox.edasEndpoint);
      sentences.add(describeError(coded).sentence.replaceAll(host, 'HOST'));
    };
    const listen = (): void => {
      fixture.deployments.onDidChange(({ deployment }) => {
        const shown = deployment?.error ?? deployment?.problem;
        if (shown) read(shown);
      });
    };
    try {
      listen();
      const release = row.isManual && { batches: 2, waitMinutes: 0, isManual: true };
      const plan = await fixture.deployments.plan({
        ...{ accountId: 'account-1', applicationId, package: deployed, release },
      });
      const started = await fixture.deployments.start(plan);
      const before = fixture.deployments;
      await row.meanwhile?.(fixture, started);
      if (fixture.deployments !== before) listen();
      const settled = await fixture.deployments.whenSettled(started.id);
      return settled.state;
    } catch (thrown) {
      assert.ok(hasCode(thrown), String(thrown));
      read(thrown);
      return 'refused';
    }
  }
});

/** Calls it when the core waits for the nth time from now. */
function onWait(fixture: DeployFixture, nth: number, act: () => Promise<void>): void {
  const { timing } = fixture;
  let count = 0;
  timing.beforeWait = async () => {
    count += 1;
    if (count === nth) await act();
  };
}

function untilWaiting({ deployments }: DeployFixture, id: string): Promise<void> {
  return new Promise((resolve) => {
    const subscription = deployments.onDidChange(({ deployment }) => {
      if (deployment?.id === id && deployment.state === 'waitingForConfirmation') {
        subscription.dispose();
        resolve();
      }
    });
  });
}
