import type { ChangeOrderSummary } from '../alibaba/edas/changeOrder';
import type { LocalClock } from '../util/clock';
import type { DeploymentList } from './deploymentList';
import type { EdasAccount } from './edasAccount';
import { stateOf } from './follower';
import { isEnded, isFollowed, type DeployedApplication, type Deployment } from './types';

/** How many of the recent orders of an application are put into the list. */
const maxRecentOrders = 10;

export function recentOrders(
  account: EdasAccount,
  applicationId: string,
  signal?: AbortSignal,
): Promise<readonly ChangeOrderSummary[]> {
  return account.read((edas) => edas.listRecentChangeOrders(applicationId), signal);
}

/** Puts the recent orders of an application into the list, as far as they are not known better. */
export function putRecent(
  list: DeploymentList,
  accountId: string,
  application: DeployedApplication,
  orders: readonly ChangeOrderSummary[],
  clock: LocalClock,
): void {
  for (const order of orders.slice(0, maxRecentOrders)) {
    const { id, status, createdAt, finishedAt, groupId } = order;
    const known = list.findByOrder(id);
    if (known !== undefined && (isFollowed(known) || isEnded(known))) {
      continue;
    }
    const found = known ?? {
      ...foundDeployment(accountId, application, id, createdAt ?? clock()),
      groupId,
    };
    const state = stateOf(status);
    list.put(
      isEnded({ state })
        ? { ...found, state, endedAt: finishedAt }
        : { ...found, state: 'unfollowed' },
    );
  }
}

/** A deployment that was not started from here. */
export function foundDeployment(
  accountId: string,
  application: DeployedApplication,
  changeOrderId: string,
  startedAt: number,
): Deployment {
  return {
    id: changeOrderId,
    accountId,
    application: toStored(application),
    changeOrderId,
    kind: 'deploy',
    state: 'running',
    isOwn: false,
    startedAt,
  };
}

/** The part of an application that is stored. */
export function toStored({
  id,
  name,
  clusterKind,
  namespace,
}: DeployedApplication): DeployedApplication {
  return { id, name, clusterKind, namespace };
}
