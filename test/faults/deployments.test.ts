import assert from 'node:assert/strict';
import { describeError } from '../../src/common/messages';
import { hasCode, type CodedError } from '../../src/core/errors/catalogue';
import type { Deployment, DeploymentState } from '../../src/core/deploy';
import type { FaultAction, SandboxApplication } from '../sandbox';
import type { DeployOperation } from '../sandbox/server/operations';
import { DeployFixture } from '../unit/core/deploy/support/deployFixture';

/** How a deployment ends: it is refused before it starts, or reaches a state. */
type Outcome = DeploymentState | 'refused';

interface Row {
  readonly name: string;
  /** The requests that get the fault. */
  readonly operation?: DeployOperation | readonly DeployOperation[];
  readonly action?: FaultAction;
  /** Default 1. */
  readonly times?: number;
  /** Called before the first request. */
  readonly prepare?: (
    fixture: DeployFixture,
    application: SandboxApplication,
  ) => void | Promise<void>;
  /** Called when the deployment has started. */
  readonly whileRunning?: (fixture: DeployFixture, deployment: Deployment) => Promise<void>;
  readonly isManual?: true;
  readonly outcome: Outcome;
  /** The messages that the user sees, in this order, without repetitions. `HOST` is the sandbox's. */
  readonly messages?: readonly string[];
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
  return { kind: 'respond', status: 200, body };
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
    name: 'connection reset twice while listing',
    operation: 'ListApplication',
    action: { kind: 'reset' },
    times: 2,
    outcome: 'succeeded',
  },
  {
    name: '503 three times while listing',
    operation: 'ListApplication',
    action: error(503, 'ServiceUnavailable'),
    times: 3,
    outcome: 'succeeded',
  },
  {
    name: 'no response while listing',
    operation: 'ListApplication',
    action: { kind: 'stall' },
    outcome: 'succeeded',
  },
  {
    name: 'throttled twice while listing',
    operation: 'ListApplication',
    action: error(400, 'Throttling.User'),
    times: 2,
    outcome: 'succeeded',
  },
  {
    name: 'not permitted while listing',
    operation: 'ListApplication',
    action: error(403, 'Forbidden.RAM'),
    times: always,
    outcome: 'succeeded',
  },
  {
    name: 'not permitted while reading',
    operation: ['ListApplication', 'GetApplication'],
    action: error(403, 'Forbidden.RAM'),
    times: always,
    outcome: 'refused',
    messages: [mayNotRead],
  },
  {
    name: '200 with Code 401 while reading',
    operation: 'ListRecentChangeOrder',
    action: business(401, 'no'),
    outcome: 'refused',
    messages: [mayNotRead],
  },
  {
    name: 'permanent 500 while reading',
    operation: 'ListDeployGroup',
    action: error(500, 'INTERNAL_ERROR'),
    times: always,
    outcome: 'refused',
    messages: [faulty],
  },
  {
    name: 'a login page while reading',
    operation: 'ListDeployGroup',
    action: { kind: 'respond', status: 200, headers: html, body: '<html>Log in</html>' },
    times: always,
    outcome: 'refused',
    messages: [foreign],
  },
  {
    name: 'a field is missing while reading',
    operation: 'ListDeployGroup',
    action: {
      kind: 'respond',
      status: 200,
      body: '{"Code":200,"DeployGroupList":{"DeployGroup":[{"GroupName":"a"}]}}',
    },
    outcome: 'refused',
    messages: [
      'The response from EDAS is unusable: the field “GroupId” is missing or invalid. Try again. If that does not help, check the endpoint or contact support with the request ID.',
    ],
  },
  {
    name: 'the STS token has expired while reading',
    operation: 'ListApplication',
    action: error(400, 'InvalidSecurityToken.Expired'),
    times: always,
    outcome: 'refused',
    messages: [expired],
  },
  {
    name: 'never a response while reading',
    operation: 'ListRecentChangeOrder',
    action: { kind: 'stall' },
    times: always,
    outcome: 'refused',
    messages: [stalled],
  },
  {
    name: 'EDAS is down',
    prepare: ({ sandbox }) => sandbox.down('edas'),
    outcome: 'refused',
    messages: [refusedConnection],
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
    name: 'throttled while deploying',
    operation: 'DeployApplication',
    action: error(400, 'Throttling.User'),
    outcome: 'refused',
    deployCalls: 1,
    messages: ['EDAS is receiving too many requests. Try again in a moment.'],
  },
  {
    name: 'not permitted while deploying',
    operation: 'DeployApplication',
    action: error(403, 'Forbidden.RAM'),
    outcome: 'refused',
    deployCalls: 1,
    messages: [mayNotDeploy],
  },
  {
    name: 'rejected with a message from EDAS while deploying',
    operation: 'DeployApplication',
    action: business(601, 'The application is being deleted.'),
    outcome: 'refused',
    deployCalls: 1,
    messages: [
      'EDAS rejected the request. “The application is being deleted.” If this is unexpected, contact support with the request ID.',
    ],
  },
  {
    name: 'the response is lost while deploying',
    operation: 'DeployApplication',
    action: { kind: 'loseResponse' },
    outcome: 'succeeded',
  },
  {
    name: 'the response comes after the time limit while deploying',
    operation: 'DeployApplication',
    action: { kind: 'delay', ms: 900, afterWork: true },
    outcome: 'succeeded',
  },
  {
    name: '500, and no change order exists while deploying',
    operation: 'DeployApplication',
    action: error(500, 'INTERNAL_ERROR'),
    outcome: 'refused',
    deployCalls: 1,
    messages: [uncertain],
  },
  {
    name: 'connection reset, and no change order exists while deploying',
    operation: 'DeployApplication',
    action: { kind: 'reset' },
    outcome: 'refused',
    deployCalls: 1,
    messages: [uncertain],
  },
  {
    name: 'another deployment is already running while deploying',
    prepare: ({ sandbox }, application) =>
      void sandbox.deploy.startOther(application, { isEndless: true }),
    outcome: 'refused',
    messages: [
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
    name: 'connection reset three times while following',
    operation: 'GetChangeOrderInfo',
    action: { kind: 'reset' },
    times: 3,
    outcome: 'succeeded',
    messages: [lost],
  },
  {
    name: 'no response, once while following',
    operation: 'GetChangeOrderInfo',
    action: { kind: 'stall' },
    outcome: 'succeeded',
    messages: [stalled],
  },
  {
    name: 'truncated response while following',
    operation: 'GetChangeOrderInfo',
    action: { kind: 'truncateResponse' },
    outcome: 'succeeded',
    messages: [lost],
  },
  {
    name: '500 five times while following',
    operation: 'GetChangeOrderInfo',
    action: error(500, 'INTERNAL_ERROR'),
    times: 5,
    outcome: 'succeeded',
    messages: [faulty],
  },
  {
    name: 'throttled five times while following',
    operation: 'GetChangeOrderInfo',
    action: error(400, 'Throttling.User', { headers: { 'x-acs-retry-after': '7000' } }),
    times: 5,
    outcome: 'succeeded',
    messages: ['EDAS is receiving too many requests. Try again in 7 s.'],
  },
  {
    name: 'a login page while following',
    operation: 'GetChangeOrderInfo',
    action: { kind: 'respond', status: 200, headers: html, body: '<html/>' },
    times: 2,
    outcome: 'succeeded',
    messages: [foreign],
  },
  {
    name: 'redirected while following',
    operation: 'GetChangeOrderInfo',
    action: { kind: 'respond', status: 302, headers: { location: 'https://login.example' } },
    outcome: 'succeeded',
    messages: [
      'The request was redirected by HOST, and signed requests do not follow redirects. Check the endpoint, or log in to the network in the browser.',
    ],
  },
  {
    name: 'a response of 5 MiB while following',
    operation: 'GetChangeOrderInfo',
    action: { kind: 'respond', status: 200, body: Buffer.alloc(5 * 1024 * 1024, ' ') },
    outcome: 'succeeded',
    messages: ['The response from HOST is too large to be from EDAS or OSS. Check the endpoint.'],
  },
  {
    name: 'a field is missing while following',
    operation: 'GetChangeOrderInfo',
    action: {
      kind: 'respond',
      status: 200,
      body: '{"Code":200,"changeOrderInfo":{"ChangeOrderId":"x"}}',
    },
    outcome: 'succeeded',
    messages: [
      'The response from EDAS is unusable: the field “Status” is missing or invalid. Try again. If that does not help, check the endpoint or contact support with the request ID.',
    ],
  },
  {
    name: 'EDAS does not know the new change order yet while following',
    operation: 'GetChangeOrderInfo',
    action: business(601, 'The change order does not exist.'),
    times: 2,
    outcome: 'succeeded',
    messages: [
      'EDAS rejected the request. “The change order does not exist.” If this is unexpected, contact support with the request ID.',
    ],
  },
  {
    name: 'EDAS never knows the change order while following',
    operation: 'GetChangeOrderInfo',
    action: business(601, 'The change order does not exist.'),
    times: always,
    outcome: 'unfollowed',
    messages: [
      'EDAS rejected the request. “The change order does not exist.” If this is unexpected, contact support with the request ID.',
      notFollowed(' “The change order does not exist.”'),
    ],
  },
  {
    name: 'not permitted while following',
    operation: 'GetChangeOrderInfo',
    action: error(403, 'Forbidden.RAM', { message: 'No.' }),
    times: always,
    outcome: 'unfollowed',
    messages: [notFollowed(' “No.”')],
  },
  {
    name: '200 with Code 401 while following',
    operation: 'GetChangeOrderInfo',
    action: business(401, 'no'),
    outcome: 'unfollowed',
    messages: [notFollowed(' “no”')],
  },
  {
    name: 'the AccessKey was disabled while following',
    operation: 'GetChangeOrderInfo',
    action: error(400, 'InvalidAccessKeyId.Inactive', { message: 'Inactive.' }),
    times: always,
    outcome: 'unfollowed',
    messages: [notFollowed(' “Inactive.”')],
  },
  {
    name: 'the STS token expires once while following',
    operation: 'GetChangeOrderInfo',
    action: error(400, 'InvalidSecurityToken.Expired'),
    outcome: 'succeeded',
  },
  {
    name: 'the STS token is always expired while following',
    operation: 'GetChangeOrderInfo',
    action: error(400, 'InvalidSecurityToken.Expired', { message: 'Expired.' }),
    times: always,
    outcome: 'unfollowed',
    messages: [notFollowed(' “Expired.”')],
  },
  {
    name: 'EDAS is down for two minutes while following',
    whileRunning: async (fixture) => {
      await fixture.sandbox.down('edas');
      onWait(fixture, 12, () => fixture.sandbox.up('edas'));
    },
    outcome: 'succeeded',
    messages: [lost, refusedConnection],
  },
  {
    name: 'EDAS stays down while following',
    whileRunning: ({ sandbox }) => sandbox.down('edas'),
    outcome: 'unfollowed',
    messages: [
      lost,
      refusedConnection,
      'The deployment of orders takes longer than the time limit. It continues at EDAS, but is no longer followed: follow it again, or open the EDAS console.',
    ],
  },
  {
    name: 'the state of the instances cannot be read while following',
    operation: 'QueryApplicationStatus',
    action: error(403, 'Forbidden.RAM'),
    outcome: 'succeeded',
  },
  // The window is reloaded
  {
    name: 'window reload during the deployment',
    whileRunning: async (fixture, { id }) => {
      fixture.deployments.dispose();
      const window = fixture.open();
      assert.equal(window.get(id)?.state, 'unfollowed');
      await window.resume(id);
    },
    outcome: 'succeeded',
  },
  {
    name: 'window reload, and then reading is not permitted',
    whileRunning: async (fixture, { id }) => {
      fixture.deployments.dispose();
      const action = error(403, 'Forbidden.RAM', { message: 'No.' });
      fixture.sandbox.faults.add({ operation: 'GetChangeOrderInfo', times: always }, action);
      await fixture.open().resume(id);
    },
    outcome: 'unfollowed',
    messages: [notFollowed(' “No.”')],
  },
  // The user confirms or aborts
  {
    name: 'the response to a confirmation is lost, but the batch starts',
    operation: 'ContinuePipeline',
    action: { kind: 'loseResponse' },
    isManual: true,
    whileRunning: async (fixture, { id }) => {
      await untilWaiting(fixture, id);
      await assert.rejects(fixture.deployments.confirm(id), (thrown) =>
        hasCode(thrown, 'network.reset'),
      );
    },
    outcome: 'succeeded',
  },
  {
    name: 'the response to an abort is lost, but the deployment is aborted',
    operation: 'AbortChangeOrder',
    action: { kind: 'loseResponse' },
    isManual: true,
    whileRunning: async (fixture, { id }) => {
      await untilWaiting(fixture, id);
      await assert.rejects(fixture.deployments.abort(id), (thrown) =>
        hasCode(thrown, 'network.reset'),
      );
    },
    outcome: 'aborted',
    messages: [
      'The deployment of orders was aborted. Instances that were updated before stay updated: roll back, or deploy again.',
    ],
  },
];

const endings: Readonly<Partial<Record<Outcome, string>>> = {
  succeeded: 'succeeds',
  aborted: 'is aborted',
  refused: 'is refused',
  unfollowed: 'is no longer followed',
};

describe('A deployment with a fault, and its messages to the user', () => {
  const table: string[] = [];
  after(() => console.log(`\n${table.join('\n')}\n`));

  for (const row of rows) {
    it(`${endings[row.outcome] ?? row.outcome} after: ${row.name}`, async () => {
      // A short time limit for all requests but the deploy call, which has its own.
      const fixture = await DeployFixture.start({}, 300);
      try {
        await runWithFault(row, fixture);
      } finally {
        await fixture.stop();
      }
      table.push(`  ${row.outcome.padEnd(11)} ${row.name}`);
    });
  }

  async function runWithFault(row: Row, fixture: DeployFixture): Promise<void> {
    const { sandbox } = fixture;
    const application = sandbox.deploy.add({ name: 'orders' });
    const deployed = await fixture.package();
    await row.prepare?.(fixture, application);
    const { operation, action, times = 1 } = row;
    const fault = operation && action && sandbox.faults.add({ operation, times }, action);
    const seenMessages = new Set<string>();
    const outcome = await deploy(row, fixture, application.id, deployed, seenMessages);
    assert.equal(outcome, row.outcome);
    assert.deepEqual([...seenMessages], row.messages ?? []);
    if (fault) {
      // Some requests are sent only after the deployment has ended.
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
    seenMessages: Set<string>,
  ): Promise<Outcome> {
    const read = (coded: CodedError): void => {
      const { host } = new URL(fixture.sandbox.edasEndpoint);
      seenMessages.add(describeError(coded).sentence.replaceAll(host, 'HOST'));
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
        accountId: 'account-1',
        applicationId,
        package: deployed,
        release,
      });
      const started = await fixture.deployments.start(plan);
      const before = fixture.deployments;
      await row.whileRunning?.(fixture, started);
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

/** Calls `act` when the product waits for the nth time from now. */
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
