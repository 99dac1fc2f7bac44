import { isInstant } from '../util/clock';
import { isString, listOf, optional, shapeOf } from '../util/shape';
import type { OrderSearch } from './start';
import { isEnded, type DeployedApplication, type Deployment } from './types';

/** Where what must survive a reload is stored, such as VS Code's workspace state. */
export interface DeploymentStore {
  read(): unknown;
  write(value: unknown): PromiseLike<void>;
}

/** A deployment as it is stored: without the order and messages, which are read from EDAS again, and without secrets. */
export type SavedDeployment = Pick<
  Deployment,
  | 'accountId'
  | 'application'
  | 'changeOrderId'
  | 'endedAt'
  | 'groupId'
  | 'id'
  | 'kind'
  | 'previousVersion'
  | 'startedAt'
  | 'state'
  | 'version'
> & {
  /** While its change order is not known. */
  readonly search?: OrderSearch;
};

/** How many are stored. */
export const maxSaved = 30;

export function toSaved(deployment: Deployment, search?: OrderSearch): SavedDeployment {
  const { id, accountId, application, changeOrderId, groupId, kind } = deployment;
  const { version, previousVersion, state, startedAt, endedAt } = deployment;
  return {
    ...{ id, accountId, application, changeOrderId, groupId, kind },
    ...{ version, previousVersion, state, startedAt, endedAt },
    search: changeOrderId === undefined ? search : undefined,
  };
}

/** Reads what was stored; what does not have the expected form is left out. */
export function readSaved(value: unknown): readonly SavedDeployment[] {
  return Array.isArray(value) ? value.filter(isSaved).slice(0, maxSaved) : [];
}

/** Nothing is followed after a reload until it is resumed. */
export function fromSaved(saved: Omit<SavedDeployment, 'search'>): Deployment {
  const deployment = { ...saved, isOwn: true };
  return isEnded(deployment) ? deployment : { ...deployment, state: 'unfollowed' };
}

const isSaved = shapeOf<SavedDeployment>({
  id: isString,
  accountId: isString,
  application: shapeOf<DeployedApplication>({
    id: isString,
    name: isString,
    clusterKind: isString,
    namespace: optional(isString),
  }),
  groupId: optional(isString),
  kind: isString,
  changeOrderId: optional(isString),
  version: optional(isString),
  previousVersion: optional(isString),
  state: isString,
  startedAt: isInstant,
  endedAt: optional(isInstant),
  search: optional(
    shapeOf<OrderSearch>({
      applicationId: isString,
      applicationName: isString,
      known: listOf(isString),
      version: optional(isString),
    }),
  ),
});
