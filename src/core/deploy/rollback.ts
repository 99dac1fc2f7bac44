import { allGroups, type HistoryVersion } from '../alibaba/edas/application';
import { CodedError } from '../errors/catalogue';
import type { EdasAccount, EdasCall } from './edasAccount';
import { isRunning } from './start';
import type { Deployment, RollbackPlan } from './types';

/**
 * What rolling back a deployment would do. Changes nothing.
 * @throws CodedError `deploy.noEarlierVersion`; what the calls throw
 */
export async function planRollback(
  account: EdasAccount,
  deployment: Deployment,
  signal?: AbortSignal,
): Promise<RollbackPlan> {
  const { id, accountId, application, groupId, changeOrderId, version } = deployment;
  const common = {
    accountId,
    deploymentId: id,
    application,
    groupId,
    fromVersion: version,
  };
  if (changeOrderId !== undefined) {
    const order = await account.read((edas) => edas.getChangeOrder(changeOrderId), signal);
    if (isRunning(order)) {
      return { ...common, isRunning: true, toVersion: deployment.previousVersion };
    }
  }
  const history = await account.read((edas) => edas.listHistoryVersions(application.id), signal);
  const target = earlierVersion(history, deployment);
  const isPossible = application.clusterKind === 'ecs' || target?.id !== undefined;
  if (target === undefined || !isPossible) {
    throw new CodedError('deploy.noEarlierVersion', { subject: application.name });
  }
  return { ...common, isRunning: false, toVersion: target.version, toVersionId: target.id };
}

/** The version that was deployed before this deployment. @param history newest first */
function earlierVersion(
  history: readonly HistoryVersion[],
  { version, previousVersion }: Deployment,
): HistoryVersion | undefined {
  if (previousVersion !== undefined) {
    return history.find((each) => each.version === previousVersion);
  }
  const own = history.findIndex((each) => each.version === version);
  // A deployment that failed early may have left no version.
  return own >= 0 ? history[own + 1] : history[version === undefined ? 1 : 0];
}

/** The call that carries out a plan. @param changeOrderId of the deployment that is rolled back */
export function rollbackCall(
  { application, isRunning: endsOrder, groupId, toVersion, toVersionId }: RollbackPlan,
  changeOrderId: string | undefined,
): EdasCall<string | undefined> {
  const { id: appId, name: subject, clusterKind } = application;
  if (endsOrder && changeOrderId !== undefined) {
    return (edas) => edas.abortAndRollBack(clusterKind, changeOrderId);
  }
  if (clusterKind === 'ecs' && toVersion !== undefined) {
    return (edas) => edas.rollBackEcs(appId, toVersion, groupId ?? allGroups);
  }
  if (toVersionId !== undefined) {
    return (edas) => edas.rollBackKubernetes(appId, toVersionId);
  }
  throw new CodedError('deploy.noEarlierVersion', { subject });
}
