import { randomUUID } from 'node:crypto';
import type { Application, DeployGroup } from '../alibaba/edas/application';
import { changeStatus, type ChangeOrderSummary } from '../alibaba/edas/changeOrder';
import type { EdasApi, EdasCaller } from '../alibaba/edas/edasApi';
import { CodedError, hasCode, isAbort } from '../errors/catalogue';
import { abortable } from '../util/abort';
import type { LocalClock } from '../util/clock';
import type { Disposable } from '../util/disposable';
import { Emitter, type Event } from '../util/emitter';
import type { Log } from '../util/log';
import { realTiming, type Timing } from '../util/timing';
import { findApplication, getApplication, listApplications } from './applications';
import { DeploymentList, type DeploymentChange, type DeploymentStore } from './deploymentList';
import { EdasAccount, type EdasCall } from './edasAccount';
import { DeploymentFollower, stateOf, withOrder } from './follower';
import { planDeployment } from './plan';
import { planRollback, rollbackCall } from './rollback';
import { deployCall, findOrder, isRunning, startOrder } from './start';
import {
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
  /** How long a deployment is followed, ms; default 30 minutes. */
  readonly limitMs?: () => number;
  /** ms since 1970. */
  readonly clock?: LocalClock;
  readonly timing?: Timing;
}

const defaultLimitMs = 30 * 60_000;
/** How many of the applications used last have their recent orders listed, and how many orders of each. */
const maxApplications = 5;
const maxRecentOrders = 10;

/** What a deployment call or a roll-back is for. */
type OrderTarget = Pick<
  Deployment,
  'accountId' | 'application' | 'groupId' | 'kind' | 'previousVersion' | 'version'
>;

/**
 * All deployments that can be shown, and all that can be done with them. Reads and changes of one account go through one
 * `EdasAccount`; nothing is read when no deployment is followed.
 */
export class Deployments implements Disposable {
  readonly #list: DeploymentList;
  readonly #accounts = new Map<string, EdasAccount>();
  /** By deployment. */
  readonly #followers = new Map<string, DeploymentFollower>();
  readonly #lifetime = new AbortController();
  readonly #settled = new Emitter<Deployment>();
  readonly #timing: Timing;
  readonly #clock: LocalClock;

  /** Fires for each deployment that is added, changed or removed. */
  readonly onDidChange: Event<DeploymentChange>;
  /** Fires when a followed deployment has ended, or is no longer followed because of its `error`. */
  readonly onDidSettle: Event<Deployment> = this.#settled.event;

  constructor(private readonly options: DeploymentsOptions) {
    this.#timing = options.timing ?? realTiming;
    this.#clock = options.clock ?? Date.now;
    this.#list = new DeploymentList(options.state, options.log);
    this.onDidChange = this.#list.onDidChange;
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
    return listApplications(this.#account(accountId), undefined, signal);
  }

  /** @throws CodedError `deploy.applicationNotFound` */
  getApplication(accountId: string, id: string, signal?: AbortSignal): Promise<Application> {
    return getApplication(this.#account(accountId), id, signal);
  }

  /** @throws CodedError `deploy.applicationNotFound`, `deploy.ambiguousName` */
  findApplication(accountId: string, idOrName: string, signal?: AbortSignal): Promise<Application> {
    return findApplication(this.#account(accountId), idOrName, signal);
  }

  /** Groups of an ECS application. */
  listGroups(
    accountId: string,
    applicationId: string,
    signal?: AbortSignal,
  ): Promise<readonly DeployGroup[]> {
    return this.#account(accountId).read((edas) => edas.listDeployGroups(applicationId), signal);
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
    return (await this.#recentOrders(accountId, applicationId, signal)).find(isRunning)?.id;
  }

  /** Checks a request; the result names all that a person must confirm. Changes nothing. @throws as `planDeployment` */
  plan(request: DeploymentRequest, signal?: AbortSignal): Promise<DeploymentPlan> {
    return planDeployment(this.#account(request.accountId), request, this.#clock, signal);
  }

  /**
   * Starts a deployment and follows it. Resolves when EDAS has named the change order.
   *
   * @param signal aborted before the deploy call is sent, nothing happens; afterwards only the caller stops waiting, and
   *   the deployment is still followed
   * @throws CodedError `deploy.inProgress` (with `changeOrderId`, for `follow`); `deploy.uncertain`, in which case the
   *   deployment stays in the list and `resume` looks for it again; what EDAS refuses the call with
   * @throws an `AbortError`
   */
  start(plan: DeploymentPlan, signal?: AbortSignal): Promise<Deployment> {
    const { accountId, application, group, version, previousVersion } = plan;
    const { id, name, clusterKind, namespace } = application;
    const target: OrderTarget = {
      ...{ accountId, groupId: group?.id, version, previousVersion },
      application: { id, name, clusterKind, namespace },
      kind: 'deploy',
    };
    return this.#startOrder(target, deployCall(plan), signal);
  }

  /** Follows an order that was not started from here, such as the one that `deploy.inProgress` names. */
  follow(accountId: string, application: DeployedApplication, changeOrderId: string): Deployment {
    const known = this.#list.findByOrder(changeOrderId);
    return this.#follow(known ?? this.#found(accountId, application, changeOrderId));
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
    if (deployment.changeOrderId !== undefined || deployment.earlierOrders === undefined) {
      return this.#follow(deployment);
    }
    const starting = this.#list.put({ ...deployment, state: 'starting', error: undefined });
    const options = { timing: this.#timing, signal: this.#lifetime.signal };
    const order = findOrder(this.#account(deployment.accountId), deployment, options);
    return this.#awaitOrder(starting, order, signal);
  }

  /** Those that a reload has interrupted, for `resume`. */
  get interrupted(): readonly Deployment[] {
    return this.all.filter(
      ({ isOwn, state, error }) => isOwn && state === 'unfollowed' && error === undefined,
    );
  }

  /** Stops following. The deployment itself continues. */
  stopFollowing(id: string): void {
    const follower = this.#followers.get(id);
    if (follower !== undefined) {
      this.#followers.delete(id);
      follower.stop();
      this.#list.put(follower.deployment);
    }
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
          reject(new CodedError('deploy.notRunning'));
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
    const account = this.#account(accountId);
    const order = await account.read((edas) => edas.getChangeOrder(changeOrderId), signal);
    const refreshed = withOrder(deployment, order, this.#clock);
    return this.#list.put(isEnded(refreshed) ? refreshed : { ...refreshed, state: 'unfollowed' });
  }

  /** Puts the recent orders of applications into the list, by default of those that were used. Follows none of them. */
  async loadRecent(
    accountId: string,
    signal?: AbortSignal,
    applications = this.applicationsUsed(accountId),
  ): Promise<void> {
    for (const application of applications) {
      const orders = await this.#recentOrders(accountId, application.id, signal);
      for (const order of orders.slice(0, maxRecentOrders)) {
        this.#putRecent(accountId, application, order);
      }
    }
  }

  /**
   * Lets the waiting batch start.
   * @throws CodedError `deploy.nothingToConfirm`; what EDAS refuses it with
   */
  async confirm(id: string, signal?: AbortSignal): Promise<void> {
    const { account, changeOrderId, deployment } = this.#running(id);
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
    const { changeOrderId, deployment } = this.#running(id);
    await this.#change(deployment, (edas) => edas.abort(changeOrderId), signal);
  }

  /** What rolling back would do, for the confirmation. Changes nothing. @throws as `planRollback` of rollback.ts */
  planRollback(id: string, signal?: AbortSignal): Promise<RollbackPlan> {
    const deployment = this.#list.mustGet(id);
    return planRollback(this.#account(deployment.accountId), deployment, signal);
  }

  /** Rolls back and follows that. @throws as `start` */
  rollBack(plan: RollbackPlan, signal?: AbortSignal): Promise<Deployment> {
    const { accountId, application, deploymentId, groupId, toVersion, fromVersion } = plan;
    const { changeOrderId } = this.#list.mustGet(deploymentId);
    const target: OrderTarget = {
      ...{ accountId, application, groupId },
      kind: 'rollback',
      version: toVersion,
      previousVersion: fromVersion,
    };
    return this.#startOrder(target, rollbackCall(plan, changeOrderId), signal, plan.isRunning);
  }

  /** For an account that signs out: nothing of it is followed, and its keys are forgotten. */
  forgetAccount(accountId: string): void {
    for (const deployment of this.all.filter((each) => each.accountId === accountId)) {
      this.stopFollowing(deployment.id);
    }
    this.#accounts.delete(accountId);
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
    this.#lifetime.abort();
    this.#followers.forEach((follower) => follower.stop());
    this.#list.dispose();
    this.#settled.dispose();
  }

  #startOrder(
    target: OrderTarget,
    call: EdasCall<string | undefined>,
    signal: AbortSignal | undefined,
    endsRunning = false,
  ): Promise<Deployment> {
    const deployment: Deployment = {
      ...{ ...target, id: randomUUID(), state: 'starting', isOwn: true },
      startedAt: this.#clock(),
    };
    const order = startOrder(this.#account(target.accountId), deployment, call, {
      ...{ timing: this.#timing, signal, lifetime: this.#lifetime.signal, endsRunning },
      onSend: (sent) => this.#list.put(sent),
    });
    return this.#awaitOrder(deployment, order, signal);
  }

  /** Follows the order when it is known. The caller may stop waiting earlier. */
  #awaitOrder(
    deployment: Deployment,
    order: Promise<string>,
    signal: AbortSignal | undefined,
  ): Promise<Deployment> {
    const started = order.then(
      (changeOrderId) => this.#follow({ ...deployment, changeOrderId }),
      (error: unknown) => {
        this.#notStarted(deployment, error);
        throw error;
      },
    );
    return abortable(started, signal);
  }

  /** What EDAS refused leaves the list; what it may have accepted stays and can be resumed. */
  #notStarted(deployment: Deployment, error: unknown): void {
    if (this.#lifetime.signal.aborted) {
      return;
    }
    const sent = this.#list.get(deployment.id);
    if (sent !== undefined && hasCode(error, 'deploy.uncertain')) {
      this.#list.put({ ...sent, state: 'unfollowed', error });
    } else {
      this.#list.delete(deployment.id);
    }
  }

  #follow(deployment: Deployment): Deployment {
    const { id, accountId, changeOrderId } = deployment;
    const isDisposed = this.#lifetime.signal.aborted;
    if (changeOrderId === undefined || this.#followers.has(id) || isDisposed) {
      return deployment;
    }
    const running: Deployment = {
      ...deployment,
      state: 'running',
      earlierOrders: undefined,
      error: undefined,
      endedAt: undefined,
    };
    const follower = new DeploymentFollower(running, {
      clock: this.#clock,
      timing: this.#timing,
      limitMs: this.options.limitMs ?? (() => defaultLimitMs),
      read: (signal) =>
        this.#account(accountId).once((edas) => edas.getChangeOrder(changeOrderId), signal),
      orders: () => this.#ordersOf(accountId),
      onChange: (each) => this.#onRead(each),
    });
    this.#followers.set(id, follower);
    this.#list.put(running);
    void follower.run();
    return running;
  }

  #ordersOf(accountId: string): number {
    return [...this.#followers.values()].filter((each) => each.deployment.accountId === accountId)
      .length;
  }

  #onRead(deployment: Deployment): void {
    this.#list.put(deployment);
    if (isFollowed(deployment)) {
      return;
    }
    this.#followers.delete(deployment.id);
    this.#settled.fire(deployment);
    if (deployment.state === 'succeeded' && deployment.application.clusterKind === 'ecs') {
      void this.#readHealth(deployment);
    }
  }

  /** An instance that does not pass its check is worth a note, but is no failure. */
  async #readHealth({ id, accountId, application }: Deployment): Promise<void> {
    try {
      const health = await this.#account(accountId).read(
        (edas) => edas.getInstanceHealth(application.id),
        this.#lifetime.signal,
      );
      const deployment = this.#list.get(id);
      if (deployment !== undefined) {
        this.#list.put({ ...deployment, health });
      }
    } catch (error) {
      if (!isAbort(error)) {
        this.options.log.info(`deploy: the state of the instances is not known: ${String(error)}`);
      }
    }
  }

  #recentOrders(
    accountId: string,
    applicationId: string,
    signal: AbortSignal | undefined,
  ): Promise<readonly ChangeOrderSummary[]> {
    const account = this.#account(accountId);
    return account.read((edas) => edas.listRecentChangeOrders(applicationId), signal);
  }

  #putRecent(accountId: string, application: DeployedApplication, order: ChangeOrderSummary): void {
    const known = this.#list.findByOrder(order.id);
    if (known !== undefined && (isFollowed(known) || isEnded(known))) {
      return;
    }
    const { id, status, createdAt, finishedAt, groupId } = order;
    const found = known ?? {
      ...this.#found(accountId, application, id),
      groupId,
      startedAt: createdAt ?? this.#clock(),
    };
    const state = stateOf(status);
    this.#list.put(
      isEnded({ state })
        ? { ...found, state, endedAt: finishedAt }
        : { ...found, state: 'unfollowed' },
    );
  }

  /** A deployment that was not started from here. */
  #found(accountId: string, application: DeployedApplication, changeOrderId: string): Deployment {
    return {
      ...{ id: changeOrderId, accountId, application, changeOrderId },
      kind: 'deploy',
      state: 'running',
      isOwn: false,
      startedAt: this.#clock(),
    };
  }

  /** Sends a change once; its effect shows in the order, which is read next. */
  async #change(
    deployment: Deployment,
    call: EdasCall<void>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    try {
      await this.#account(deployment.accountId).once(call, signal);
    } finally {
      this.#followers.get(deployment.id)?.readSoon();
      this.#follow(deployment);
    }
  }

  /** @throws CodedError `deploy.notRunning` */
  #running(id: string) {
    const deployment = this.#list.mustGet(id);
    const { changeOrderId, application } = deployment;
    if (changeOrderId === undefined || isEnded(deployment)) {
      throw new CodedError('deploy.notRunning', { subject: application.name, changeOrderId });
    }
    return { account: this.#account(deployment.accountId), changeOrderId, deployment };
  }

  #account(accountId: string): EdasAccount {
    const { api, callerOf, log } = this.options;
    const known = this.#accounts.get(accountId);
    if (known !== undefined) {
      return known;
    }
    const caller = (signal?: AbortSignal): Promise<EdasCaller> => callerOf(accountId, signal);
    const account = new EdasAccount({ api, log, timing: this.#timing, caller });
    this.#accounts.set(accountId, account);
    return account;
  }
}
