import { isInstant } from '../util/clock';
import type { OrderSearch } from './start';
import { isEnded, type DeployedApplication, type Deployment } from './types';

/** Where what must survive a reload is stored, such as VS Code's workspace state. */
export interface DeploymentStore {
  read(): unknown;
  write(value: unknown): PromiseLike<void>;
}

/** A deployment as it is stored: no order, no message and no secret, all of that is read from EDAS again. */
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

/** No more than so many are stored. */
export const maxSaved = 30;

export function toSaved(deployment: Deployment, search?: OrderSearch): SavedDeployment {
  const { id, accountId, application, changeOrderId, groupId, kind } = deployment;
  const { version, previousVersion, state, startedAt, endedAt } = deployment;
  return {
    ...{ id, accountId, application, changeOrderId, groupId, kind },
    ...{ version, previousVersion, state, startedAt, endedAt },
    ...(changeOrderId === undefined && { search }),
  };
}

/** Reads what was stored; what is not of the expected form is left out. */
export function readSaved(value: unknown): readonly SavedDeployment[] {
  return Array.isArray(value) ? value.filter(isSaved).slice(0, maxSaved) : [];
}

/** Nothing is followed after a reload until it is resumed. */
export function fromSaved(saved: SavedDeployment): Deployment {
  const deployment = { ...toSaved({ ...saved, isOwn: true }), isOwn: true };
  return isEnded(deployment) ? deployment : { ...deployment, state: 'unfollowed' };
}

const requiredTexts = ['id', 'accountId', 'kind', 'state'];
const optionalTexts = ['changeOrderId', 'groupId', 'version', 'previousVersion'];

function isSaved(value: unknown): value is SavedDeployment {
  if (!isRecord(value)) {
    return false;
  }
  const { application, startedAt, endedAt, search } = value;
  return (
    requiredTexts.every((name) => typeof value[name] === 'string') &&
    optionalTexts.every((name) => isOptionalText(value[name])) &&
    isApplication(application) &&
    isInstant(startedAt) &&
    (endedAt === undefined || isInstant(endedAt)) &&
    (search === undefined || isSearch(search))
  );
}

function isApplication(value: unknown): value is DeployedApplication {
  return (
    isRecord(value) &&
    ['id', 'name', 'clusterKind'].every((name) => typeof value[name] === 'string') &&
    isOptionalText(value.namespace)
  );
}

function isSearch(value: unknown): value is OrderSearch {
  return (
    isRecord(value) &&
    ['applicationId', 'applicationName'].every((name) => typeof value[name] === 'string') &&
    isOptionalText(value.version) &&
    Array.isArray(value.known) &&
    value.known.every((id) => typeof id === 'string')
  );
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
