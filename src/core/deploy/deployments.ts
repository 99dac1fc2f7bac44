import type { Application, DeployGroup } from '../alibaba/edas/application';
import { changeStatus } from '../alibaba/edas/changeOrder';
import type { EdasApi, EdasCaller } from '../alibaba/edas/edasApi';
import { CodedError } from '../errors/catalogue';
import { abortable } from '../util/abort';
import type { LocalClock } from '../util/clock';
import type { Disposable } from '../util/disposable';
import type { Event } from '../util/emitter';
import type { Log } from '../util/log';
import { realTiming, type Timing } from '../util/timing';
import { findApplication, getApplication, listApplications } from './applications';
import { DeploymentList, type DeploymentChange, type DeploymentStore } from './deploymentList';
import { DeploymentStarter, type OrderTarget } from './deploymentStarter';
import type { EdasAccount, EdasCall } from './edasAccount';
import { EdasAccounts } from './edasAccounts';
import { FollowedDeployments } from './followedDeployments';
import { withOrder } from './follower';
import { planDeployment } from './plan';
import { foundDeployment, putRecent, recentOrders, toStored } from './recentOrders';
import { planRollback, rollbackCall } from './rollback';
import { deployCall, isRunning } from './start';
import {
  followMinutesRange,
  isEnded,
  isFollowed,
  type DeployedApplication,
  type Deployment,
  type DeploymentPlan,
  type DeploymentRequest,
  type RollbackPlan,
} from './types';

export interface DeploymentsOptions {
  readonly api: EdasApi;
  /**
   * The keys of an account as they are now, and its endpoint.
   * Throws CodedError `account.*`, `keys.*`, `sts.*` when there are none.
   */
  readonly callerOf: (accountId: string, signal?: AbortSignal) => Promise<EdasCaller>;
  readonly state: DeploymentStore;
  readonly log: Log;
  /** How long a deployment is followed, ms; default as in `followMinutesRange`. */
  readonly limitMs?: () => number;
  /** ms since 1970. */
  readonly clock?: LocalClock;
  readonly timing?: Timing;
}

const defaultLimitMs = followMinutesRange.defaultValue * 60_000;
/** How many of the applications used last have their recent orders listed. */
const maxApplications = 5;

/**
 * All deployments that can be shown, and all that can be done with them. Reads and changes of one account go through one
 * `EdasAccount`; nothing is read when no deployment is followed.
 */
export class Deployments implements Disposable {
  readonly #list: DeploymentList;
  readonly #accounts: EdasAccounts;
  readonly #followed: FollowedDeployments;
  readonly #starter: DeploymentStarter;
  readonly #clock: LocalClock;

  /** Fires for each deployment that is added, changed or removed. */
  readonly onDidChange: Event<DeploymentChange>;
  /** Fires when a followed deployment has ended, or is no longer followed because of its `error`. */
  readonly onDidSettle: Event<Deployment>;

  constructor({
    api,
    callerOf,
    state,
    log,
    limitMs = () => defaultLimitMs,
    clock = Date.now,
    timing = realTiming,
  }: DeploymentsOptions) {
    const list = new DeploymentList(state, log);
    const accounts = new EdasAccounts({ api, callerOf, timing, log });
    const followed = new FollowedDeployments({ list, accounts, clock, timing, limitMs, log });
    const follow = (deployment: Deployment): Deployment => followed.follow(deployment);
    this.#list = list;
    this.#accounts = accounts;
    this.#followed = followed;
    this.#starter = new DeploymentStarter({ list, accounts, clock, timing, follow });
    this.#clock = clock;
    this.onDidChange = list.onDidChange;
    this.onDidSettle = followed.onDidSettle;
  }

  /** Newest first. */
  get all(): readonly Deployment[] {
    return this.#list.all;
  }

  get(id: string): Deployment | undefined {
    return this.#list.get(id);
  }

  /** Applications that were deployed to from here, the latest first. */
  applicationsUsed(accountId: string): readonly DeployedApplication[] {
    const used = new Map<string, DeployedApplication>();
    for (const { isOwn, application, ...each } of this.all) {
      if (isOwn && each.accountId === accountId && !used.has(application.id)) {
        used.set(application.id, application);
      }
    }
    return [...used.values()].slice(0, maxApplications);
  }

  /** @throws CodedError `edas.noPermission` when the account may not list: its applications must be named by id */
  listApplications(accountId: string, signal?: AbortSignal): Promise<readonly Application[]> {
    return listApplications(this.#accounts.of(accountId), undefined, signal);
  }

  /** @throws CodedError `deploy.applicationNotFound` */
  getApplication(accountId: string, id: string, signal?: AbortSignal): Promise<Application> {
    return getApplication(this.#accounts.of(accountId), id, signal);
  }

  /** @throws CodedError `deploy.applicationNotFound`, `deploy.ambiguousName` */
  findApplication(accountId: string, idOrName: string, signal?: AbortSignal): Promise<Application> {
    return findApplication(this.#accounts.of(accountId), idOrName, signal);
  }

  /** Groups of an ECS application. */
  listGroups(
    accountId: string,
    applicationId: string,
    signal?: AbortSignal,
  ): Promise<readonly DeployGroup[]> {
    return this.#accounts
      .of(accountId)
      .read((edas) => edas.listDeployGroups(applicationId), signal);
  }

  /**
   * The id of the change order of an application that runs now, if one does. `start` checks that again; this is for callers
   * who would otherwise prompt a person in vain.
   */
  async findRunning(
    accountId: string,
    applicationId: string,
    signal?: AbortSignal,
  ): Promise<string | undefined> {
    const orders = await recentOrders(this.#accounts.of(accountId), applicationId, signal);
    return orders.find(isRunning)?.id;
  }

  /** Checks a request; the result names all that a person must confirm. Changes nothing. @throws as `planDeployment` */
  plan(request: DeploymentRequest, signal?: AbortSignal): Promise<DeploymentPlan> {
    return planDeployment(this.#accounts.of(request.accountId), request, this.#clock, signal);
  }

  /**
   * Starts a deployment and follows it. Resolves when EDAS has named the change order.
   *
   * @param signal aborted before the deploy call is sent, nothing happens; afterwards only the caller stops waiting, and
   *   the deployment is still followed
   * @throws CodedError `deploy.inProgress` (with `changeOrderId`, for `follow`); `deploy.uncertain`, in which case the
   *   deployment stays in the list with that `error` and `resume` looks for it again; what EDAS refuses the call with
   * @throws an `AbortError`
   */
  start(plan: DeploymentPlan, signal?: AbortSignal): Promise<Deployment> {
    const { accountId, application, group, version, previousVersion } = plan;
    const target: OrderTarget = {
      accountId,
      application: toStored(application),
      groupId: group?.id,
      kind: 'deploy',
      version,
      previousVersion,
    };
    return this.#starter.start(target, deployCall(plan), signal);
  }

  /** Follows an order that was not started from here, such as the one that `deploy.inProgress` names. */
  follow(accountId: string, application: DeployedApplication, changeOrderId: string): Deployment {
    const known = this.#list.findByOrder(changeOrderId);
    return this.#followed.follow(
      known ?? foundDeployment(accountId, application, changeOrderId, this.#clock()),
    );
  }

  /**
   * Follows a deployment again that is not followed: after a reload, a time limit or a failure. An unknown change order
   * is searched for first.
   * @throws CodedError `deploy.uncertain`, `deploy.inProgress`
   */
  async resume(id: string, signal?: AbortSignal): Promise<Deployment> {
    const deployment = this.#list.mustGet(id);
    if (isEnded(deployment) || isFollowed(deployment)) {
      return deployment;
    }
    return deployment.changeOrderId === undefined && deployment.earlierOrders !== undefined
      ? this.#starter.search(deployment, signal)
      : this.#followed.follow(deployment);
  }

  /** Those that a reload has interrupted, for `resume`. Not those that the person stopped following. */
  get interrupted(): readonly Deployment[] {
    return this.all.filter(
      ({ state, isInterrupted }) => state === 'unfollowed' && isInterrupted === true,
    );
  }

  /** Stops following. The deployment itself continues. */
  stopFollowing(id: string): void {
    this.#followed.stop(id);
  }

  /** Resolves when the deployment has ended or is no longer followed. @throws AbortError by the signal */
  whenSettled(id: string, signal?: AbortSignal): Promise<Deployment> {
    return this.when(id, (deployment) => !isFollowed(deployment), signal);
  }

  /** Resolves once the deployment is as wanted. @throws AbortError by the signal */
  async when(
    id: string,
    isWanted: (deployment: Deployment) => boolean,
    signal?: AbortSignal,
  ): Promise<Deployment> {
    let subscription: Disposable | undefined;
    const settled = new Promise<Deployment>((resolve, reject) => {
      const check = (deployment: Deployment | undefined): void => {
        if (deployment === undefined) {
          reject(new CodedError('deploy.gone'));
        } else if (isWanted(deployment)) {
          resolve(deployment);
        }
      };
      subscription = this.onDidChange((change) => change.id === id && check(change.deployment));
      check(this.#list.get(id));
    });
    try {
      return await abortable(settled, signal);
    } finally {
      subscription?.dispose();
    }
  }

  /** Reads the state of an order once, for one that is not followed. */
  async refresh(id: string, signal?: AbortSignal): Promise<Deployment> {
    const deployment = this.#list.mustGet(id);
    const { changeOrderId, accountId } = deployment;
    if (changeOrderId === undefined || isFollowed(deployment)) {
      return deployment;
    }
    const account = this.#accounts.of(accountId);
    const order = await account.read((edas) => edas.getChangeOrder(changeOrderId), signal);
    // Meanwhile it may have been followed again, or removed.
    const current = this.#list.mustGet(id);
    if (isFollowed(current)) {
      return current;
    }
    const refreshed = withOrder(current, order, this.#clock);
    return this.#list.put(isEnded(refreshed) ? refreshed : { ...refreshed, state: 'unfollowed' });
  }

  /** Puts the recent orders of applications into the list, by default of those that were used. Follows none of them. */
  async loadRecent(
    accountId: string,
    signal?: AbortSignal,
    applications = this.applicationsUsed(accountId),
  ): Promise<void> {
    for (const application of applications) {
      const orders = await recentOrders(this.#accounts.of(accountId), application.id, signal);
      putRecent(this.#list, accountId, application, orders, this.#clock);
    }
  }

  /**
   * Lets the waiting batch start.
   * @throws CodedError `deploy.nothingToConfirm`; what EDAS refuses it with
   */
  async confirm(id: string, signal?: AbortSignal): Promise<void> {
    const { account, changeOrderId, deployment } = this.#followRunning(id);
    const { pipelines } = await account.read((edas) => edas.getChangeOrder(changeOrderId), signal);
    const waiting = pipelines.find(
      (each) => each.status === changeStatus.waitingForConfirmation && each.id !== undefined,
    )?.id;
    if (waiting === undefined) {
      const facts = { subject: deployment.application.name, changeOrderId };
      throw new CodedError('deploy.nothingToConfirm', facts);
    }
    await this.#change(deployment, (edas) => edas.confirmBatch(waiting), signal);
  }

  /** Ends a running order. Instances that it has updated stay updated. It is followed until it has ended. */
  async abort(id: string, signal?: AbortSignal): Promise<void> {
    const { changeOrderId, deployment } = this.#followRunning(id);
    await this.#change(deployment, (edas) => edas.abort(changeOrderId), signal);
  }

  /** What rolling back would do, for the confirmation. Changes nothing. @throws as `planRollback` of rollback.ts */
  planRollback(id: string, signal?: AbortSignal): Promise<RollbackPlan> {
    const deployment = this.#list.mustGet(id);
    return planRollback(this.#accounts.of(deployment.accountId), deployment, signal);
  }

  /** Rolls back and follows that. @throws as `start` */
  rollBack(plan: RollbackPlan, signal?: AbortSignal): Promise<Deployment> {
    const { accountId, application, deploymentId, groupId, toVersion, fromVersion } = plan;
    const { changeOrderId } = this.#list.mustGet(deploymentId);
    const target: OrderTarget = {
      accountId,
      application,
      groupId,
      kind: 'rollback',
      version: toVersion,
      previousVersion: fromVersion,
    };
    return this.#starter.start(target, rollbackCall(plan, changeOrderId), signal, plan.isRunning);
  }

  /** For an account that signs out: nothing of it is followed, and its keys are forgotten. */
  forgetAccount(accountId: string): void {
    for (const { id } of this.all.filter((each) => each.accountId === accountId)) {
      this.#followed.stop(id);
    }
    this.#accounts.forget(accountId);
  }

  /** Removes one that is not followed from the list. */
  remove(id: string): void {
    const deployment = this.#list.get(id);
    if (deployment !== undefined && !isFollowed(deployment)) {
      this.#list.delete(id);
    }
  }

  /** Stops all reading. What runs continues at EDAS, and is in the state for the next start. */
  dispose(): void {
    this.#starter.dispose();
    this.#followed.dispose();
    this.#list.dispose();
  }

  /** Sends a change once; its effect shows in the order, which is read next. */
  async #change(
    { id, accountId }: Deployment,
    call: EdasCall<void>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    try {
      await this.#accounts.of(accountId).once(call, signal);
    } finally {
      this.#followed.readSoon(id);
    }
  }

  /**
   * A deployment that is about to be changed. It is followed from now on, not only after the change: before the response
   * arrives, it may have ended, the person may have stopped following it, or signed out.
   * @throws CodedError `deploy.gone`, `deploy.notRunning`
   */
  #followRunning(id: string): {
    readonly account: EdasAccount;
    readonly changeOrderId: string;
    readonly deployment: Deployment;
  } {
    const deployment = this.#list.mustGet(id);
    const { changeOrderId, application } = deployment;
    if (changeOrderId === undefined || isEnded(deployment)) {
      throw new CodedError('deploy.notRunning', { subject: application.name, changeOrderId });
    }
    this.#followed.follow(deployment);
    return { account: this.#accounts.of(deployment.accountId), changeOrderId, deployment };
  }
}
