import type { Application, DeployGroup, K8sRuntime } from '../alibaba/edas/application';
import type { ChangeOrder } from '../alibaba/edas/changeOrder';
import type { InstanceHealth, Release } from '../alibaba/edas/deployApi';
import type { CodedError } from '../errors/catalogue';
import type { PackageKind } from './packageKind';

export type { Release } from '../alibaba/edas/deployApi';

/** An object that EDAS may deploy; made by `resolvePackage`, which checks it, or by `packageAt` before it exists. */
export interface DeployPackage {
  readonly key: string;
  /** The last segment of the key; its extension determines the kind. */
  readonly fileName: string;
  readonly kind: PackageKind;
  /** Unsigned, at the internal endpoint: what EDAS and the instances read. */
  readonly url: string;
  /** Region of the object; the application must be there, too. */
  readonly regionId: string;
  /** Of its bytes; known once it was checked. */
  readonly crc64?: bigint;
  /** Bytes; known when the credential may read. */
  readonly size?: number;
}

/** More batches than instances make no sense; this many where the number of instances is not known. */
export const maxBatches = 1_000;
/** Between two batches. */
export const maxWaitMinutes = 5;
/** How long a deployment may be followed; also in package.json. */
export const followMinutesRange = { least: 1, most: 1440, defaultValue: 30 };

export const releaseAtOnce: Release = { batches: 1, waitMinutes: 0, isManual: false };

/** What is to be deployed where. */
export interface DeploymentRequest {
  readonly accountId: string;
  readonly applicationId: string;
  readonly package: DeployPackage;
  /** Name or id of a group of an ECS application; default: all groups. */
  readonly group?: string;
  /** Default: `releaseAtOnce`. */
  readonly release?: Release;
  /** At most 64 characters, never used before for this application; default: file name, time and a random part. */
  readonly version?: string;
}

/** A checked request: all that a confirmation must name, and all that the deploy call needs. */
export interface DeploymentPlan {
  readonly accountId: string;
  readonly application: Application;
  /** ECS only; undefined: all groups. */
  readonly group?: DeployGroup;
  readonly package: DeployPackage;
  readonly release: Release;
  readonly version: string;
  /** Deployed now; for ECS only when all groups concerned have the same. */
  readonly previousVersion?: string;
  /** Kubernetes only. */
  readonly runtime?: K8sRuntime;
}

/** What a roll-back does. */
export interface RollbackPlan {
  readonly accountId: string;
  readonly deploymentId: string;
  readonly application: DeployedApplication;
  /** ECS only; undefined: all groups. */
  readonly groupId?: string;
  /** The order still runs: EDAS ends it and restores what it has updated. */
  readonly isRunning: boolean;
  readonly fromVersion?: string;
  /** Absent only while the order runs: then EDAS goes back to what was deployed before. */
  readonly toVersion?: string;
  /** Kubernetes only: EDAS's id of `toVersion`. */
  readonly toVersionId?: string;
}

export type DeploymentState =
  /** The deploy call is being sent, or its change order is being searched for. */
  | 'starting'
  | 'running'
  /** The next batch waits for a person. */
  | 'waitingForConfirmation'
  | 'waitingForNextBatch'
  | 'succeeded'
  | 'failed'
  | 'aborted'
  /** EDAS executed only a part of it, which is no success. */
  | 'partial'
  /** It has not ended as far as we know, but is no longer followed (`error` says why), or not yet again. */
  | 'unfollowed';

/** The application of a deployment, as it is stored. */
export type DeployedApplication = Pick<Application, 'clusterKind' | 'id' | 'name' | 'namespace'>;

/** A deployment or roll-back. Replaced by another object when anything of it changes; holds no secret. */
export interface Deployment {
  readonly id: string;
  readonly accountId: string;
  readonly application: DeployedApplication;
  /** ECS only; undefined: all groups, or not known. */
  readonly groupId?: string;
  readonly kind: 'deploy' | 'rollback';
  /** Absent until EDAS has named it. */
  readonly changeOrderId?: string;
  /** Orders of the application from before its call was sent: by them its own is found when the response is lost. */
  readonly earlierOrders?: readonly string[];
  /** Unknown for orders of others. */
  readonly version?: string;
  readonly previousVersion?: string;
  readonly state: DeploymentState;
  /** It is `unfollowed` only because its window closed while it was followed: it may be resumed without a request. */
  readonly isInterrupted?: boolean;
  /** Started from this extension, not only found in the list of recent orders. */
  readonly isOwn: boolean;
  /** Batches, stages, tasks and instances as last read. */
  readonly order?: ChangeOrder;
  /** ms since 1970. */
  readonly startedAt: number;
  readonly endedAt?: number;
  /** Of an ECS application after a success. */
  readonly health?: InstanceHealth;
  /** Why it failed, or why it is no longer followed. */
  readonly error?: CodedError;
  /** The last attempt to read its state failed with this; another one follows. */
  readonly problem?: CodedError;
}

/** True when nothing more will happen to it. */
export function isEnded({ state }: Pick<Deployment, 'state'>): boolean {
  return ['succeeded', 'failed', 'aborted', 'partial'].includes(state);
}

/** True while its state is read repeatedly. */
export function isFollowed(deployment: Pick<Deployment, 'state'>): boolean {
  return !isEnded(deployment) && deployment.state !== 'unfollowed';
}

/** True for a stored deployment that was followed when its window closed, in this reload or in an earlier one. */
export function wasFollowed(stored: Pick<Deployment, 'isInterrupted' | 'state'>): boolean {
  return isFollowed(stored) || (stored.isInterrupted === true && !isEnded(stored));
}
