import { allGroups } from '../alibaba/edas/application';
import { changeStatus, type ChangeOrderSummary } from '../alibaba/edas/changeOrder';
import { CodedError, hasCode, isAbort } from '../errors/catalogue';
import { isAmbiguous } from '../errors/classify';
import type { Timing } from '../util/timing';
import { abortError } from '../util/abort';
import type { EdasAccount, EdasCall } from './edasAccount';
import type { Deployment, DeploymentPlan } from './types';

/** Waits before each search for a lost change order, ms: EDAS may still be creating it. */
const lookUpsAfterMs: readonly number[] = [0, 2_000, 5_000, 10_000, 20_000, 40_000, 60_000];

interface StartOptions {
  readonly timing: Timing;
  /** Has an effect until the call is sent: a sent call cannot be taken back. */
  readonly signal?: AbortSignal;
  /** Has an effect after that, too. */
  readonly lifetime: AbortSignal;
  /** The call ends a running order by starting another. */
  readonly endsRunning: boolean;
  /** Called right before the call is sent, so that the order can be found even after a restart. */
  readonly onSend: (deployment: Deployment) => void;
}

/** The deploy call for a plan. */
export function deployCall(plan: DeploymentPlan): EdasCall<string | undefined> {
  const { application, version, group, release, runtime = {} } = plan;
  const deployment = {
    appId: application.id,
    packageVersion: version,
    packageUrl: plan.package.url,
    release,
    // Contains the version, by which the order is found when the response is lost.
    description: `${plan.package.fileName} ${version}`.slice(-200),
  };
  return application.clusterKind === 'ecs'
    ? (edas) => edas.deployToEcs(deployment, group?.id ?? allGroups)
    : (edas) => edas.deployToKubernetes(deployment, runtime);
}

/**
 * Sends the one call that starts a change order, unless another order of the application runs. When it is not known
 * whether EDAS accepted the call, the order is searched for; the call is never sent again.
 *
 * @returns the change order's id
 * @throws CodedError `deploy.inProgress`, `deploy.uncertain`; what EDAS refuses the call with; an `AbortError`
 */
export async function startOrder(
  account: EdasAccount,
  deployment: Deployment,
  call: EdasCall<string | undefined>,
  { timing, signal, lifetime, endsRunning, onSend }: StartOptions,
): Promise<string> {
  const { id, name } = deployment.application;
  const before = await account.read((edas) => edas.listRecentChangeOrders(id), signal);
  if (!endsRunning) {
    assertNothingRuns(before, name);
  }
  if (signal?.aborted === true) {
    throw abortError();
  }
  const sent = { ...deployment, earlierOrders: before.map((order) => order.id) };
  onSend(sent);
  let cause: unknown;
  try {
    const changeOrderId = await account.once(call, lifetime);
    if (changeOrderId !== undefined) {
      return changeOrderId;
    }
  } catch (error) {
    if (!isAmbiguous(error)) {
      throw error;
    }
    cause = error;
  }
  return findOrder(account, sent, { timing, signal: lifetime, cause });
}

/**
 * Looks for the order of a call whose response is lost, for about two minutes.
 * @param cause what the call failed with
 * @throws CodedError `deploy.inProgress` when an order of the console runs instead; `deploy.uncertain` when none is found,
 *   with `changeOrderId` when an order runs that may or may not be ours
 */
export async function findOrder(
  account: EdasAccount,
  { application, kind, version, earlierOrders = [] }: Deployment,
  { timing, signal, cause }: { timing: Timing; signal?: AbortSignal; cause?: unknown },
): Promise<string> {
  const { id: applicationId, name: subject } = application;
  // A roll-back is found by being the only new order.
  const deployed = kind === 'deploy' ? version : undefined;
  let changeOrderId: string | undefined;
  let reason = cause;
  try {
    for (const waitMs of lookUpsAfterMs) {
      await timing.wait(waitMs, signal);
      const orders = await account.read(
        (edas) => edas.listRecentChangeOrders(applicationId),
        signal,
      );
      const added = orders.filter(({ id }) => !earlierOrders.includes(id));
      const found = await findOurs(account, added, deployed, signal);
      if (found !== undefined) {
        return found.id;
      }
      // Two orders of one application never run at the same time, and ours does not come from the console.
      assertNothingRuns(
        added.filter(({ source }) => source === 'console'),
        subject,
        cause,
      );
      changeOrderId = added.find(isRunning)?.id;
    }
  } catch (error) {
    if (isAbort(error) || hasCode(error, 'deploy.inProgress')) {
      throw error;
    }
    reason = error;
  }
  throw new CodedError(
    'deploy.uncertain',
    { subject, detail: deployed, changeOrderId },
    { cause: reason },
  );
}

export function isRunning({ status }: Pick<ChangeOrderSummary, 'status'>): boolean {
  const { ready, running, waitingForConfirmation, waitingForNextBatch } = changeStatus;
  const statuses: readonly number[] = [ready, running, waitingForConfirmation, waitingForNextBatch];
  return statuses.includes(status);
}

/** @throws CodedError `deploy.inProgress` */
function assertNothingRuns(
  orders: readonly ChangeOrderSummary[],
  subject: string,
  cause?: unknown,
): void {
  const running = orders.find(isRunning);
  if (running !== undefined) {
    const facts = { subject, changeOrderId: running.id };
    throw new CodedError('deploy.inProgress', facts, { cause });
  }
}

/**
 * The order among the added ones whose description contains our version. The list may leave descriptions out, so each
 * order is read, too. An order by API without any description is taken for ours if it is the only one.
 */
async function findOurs(
  account: EdasAccount,
  added: readonly ChangeOrderSummary[],
  version: string | undefined,
  signal: AbortSignal | undefined,
): Promise<ChangeOrderSummary | undefined> {
  const [only, ...others] = added.filter(({ source = 'pop' }) => source !== 'console');
  if (version === undefined) {
    return others.length === 0 ? only : undefined;
  }
  const deployments = added.filter(({ type = 'CoDeploy' }) => type === 'CoDeploy');
  let withoutDescription: ChangeOrderSummary | undefined;
  for (const each of deployments) {
    if (each.description?.includes(version) === true) {
      return each;
    }
    const { description } = await account.read((edas) => edas.getChangeOrder(each.id), signal);
    if (description?.includes(version) === true) {
      return each;
    }
    if (description === undefined && each.description === undefined) {
      withoutDescription = each;
    }
  }
  return deployments.length === 1 && withoutDescription === only ? withoutDescription : undefined;
}
