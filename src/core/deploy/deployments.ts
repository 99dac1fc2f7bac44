import { randomUUID } from 'node:crypto';
import type { Application, DeployGroup } from '../alibaba/edas/application';
import type { ChangeOrderSummary } from '../alibaba/edas/changeOrder';
import type { EdasDeployApi } from '../alibaba/edas/deployApi';
import type { EdasRequest } from '../alibaba/edas/edasApi';
import { changeStatus } from '../alibaba/edas/changeOrder';
import { CodedError, hasCode, isAbort } from '../errors/catalogue';
import { realTiming, type Timing } from '../util/timing';
import { abortError, onAbort } from '../util/abort';
import type { LocalClock } from '../util/clock';
import type { Disposable } from '../util/disposable';
import { Emitter, type Event } from '../util/emitter';
import type { Log } from '../util/log';
import { EdasAccount, type EdasCall } from './edasAccount';
import { DeploymentFollower, stateOf } from './follower';
import { findApplication, getApplication, listApplications, planDeployment } from './plan';
import { AccountPoller } from './poller';
import { planRollback, rollbackCall } from './rollback';
import { fromSaved, maxSaved, readSaved, toSaved, type DeploymentStore } from './savedDeployments';
import {
  deployCall,
  findOrder,
  isRunning,
  recentOrders,
  sendOnce,
  startOrder,
  type OrderSearch,
} from './start';
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
  readonly api: EdasDeployApi;
  /**
   * The keys of an account as they are now, and its endpoint.
   * Throws CodedError `account.*`, `keys.*`, `sts.*` when there are none.
   */
  readonly callerOf: (accountId: string, signal?: AbortSignal) => Promise<EdasRequest>;
  readonly state: DeploymentStore;
  readonly log: Log;
  /** How long a deployment is followed, ms; default 30 minutes. */
  readonly limitMs?: () => number;
  /** ms since 1970. */
  readonly clock?: LocalClock;
  readonly timing?: Timing;
}

export interface DeploymentChange {
  readonly id: string;
  /** Absent when it has left the list. */
  readonly deployment?: Deployment;
}

/** What is followed, and for how long it is at most by default. */
const defaultLimitMs = 30 * 60_000;
/** Recent orders of so many applications, the last used first, are listed. */
const maxApplications = 5;
const maxRecentOrders = 10;

/**
 * All deployments that can be shown, and all that can be done with them. Reads and changes of one account go through one
 * `EdasAccount`; the orders of an account that are followed are read by one poller, and nothing is read when none is.
 */
export class Deployments implements Disposable {
  readonly #deployments = new Map<string, Deployment>();
  /** By deployment, while its change order is not known. */
  readonly #searches = new Map<string, OrderSearch>();
  readonly #accounts = new Map<string, EdasAccount>();
  readonly #pollers = new Map<string, AccountPoller>();
  readonly #followers = new Map<string, DeploymentFollower>();
  readonly #lifetime = new AbortController();
  readonly #changed = new Emitter<DeploymentChange>();
  readonly #settled = new Emitter<Deployment>();
  readonly #timing: Timing;
  readonly #clock: LocalClock;

  /** Something of a deployment has changed: its state, its batches, or that it is there at all. */
  readonly onDidChange: Event<DeploymentChange> = this.#changed.event;
  /** A deployment that was followed has ended, or is not followed any more because of `error`. */
  readonly onDidSettle: Event<Deployment> = this.#settled.event;

  constructor(private readonly options: DeploymentsOptions) {
    this.#timing = options.timing ?? realTiming;
    this.#clock = options.clock ?? Date.now;
    for (const saved of readSaved(options.state.read())) {
      this.#deployments.set(saved.id, fromSaved(saved));
      if (saved.search !== undefined) {
        this.#searches.set(saved.id, saved.search);
      }
    }
  }

  /** Newest first. */
  get all(): readonly Deployment[] {
    return [...this.#deployments.values()].toSorted((a, b) => b.startedAt - a.startedAt);
  }

  get(id: string): Deployment | undefined {
    return this.#deployments.get(id);
  }

  /** Applications that were deployed to from here, the last first. */
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
    return this.#account(accountId).read(
      (api, caller, each) => api.listDeployGroups(caller, applicationId, each),
      signal,
    );
  }

  /**
   * The change order of an application that runs now, if one does. `start` checks that again; this is for callers who
   * would otherwise prompt a person for nothing.
   */
  async findRunning(
    accountId: string,
    applicationId: string,
    signal?: AbortSignal,
  ): Promise<string | undefined> {
    const orders = await recentOrders(this.#account(accountId), applicationId, signal);
    return orders.find(isRunning)?.id;
  }

  /** Checks a request; the result names all that a person must confirm. Changes nothing. @throws as `planDeployment` */
  plan(request: DeploymentRequest, signal?: AbortSignal): Promise<DeploymentPlan> {
    return planDeployment(this.#account(request.accountId), request, this.#clock, signal);
  }

  /**
   * Starts a deployment and follows it. Resolves when EDAS has named the change order.
   *
   * @param signal aborted before the deploy call is sent, nothing happens; afterwards only the caller stops waiting, and
   *   the deployment is followed all the same
   * @throws CodedError `deploy.inProgress` (with `changeOrderId`, for `follow`); `deploy.uncertain`, in which case the
   *   deployment stays in the list and `resume` looks for it again; what EDAS refuses the call with
   * @throws an `AbortError`
   */
  start(plan: DeploymentPlan, signal?: AbortSignal): Promise<Deployment> {
    const { accountId, application, group, version, previousVersion } = plan;
    const target = {
      applicationId: application.id,
      applicationName: application.name,
      version,
    };
    const deployment = this.#create({
      accountId,
      application: toDeployed(application),
      groupId: group?.id,
      kind: 'deploy',
      version,
      previousVersion,
    });
    const lifetime = this.#lifetime.signal;
    const order = startOrder(this.#account(accountId), target, deployCall(plan), {
      timing: this.#timing,
      signal,
      lifetime,
      onSend: (search) => this.#putSent(deployment, search),
    });
    return this.#awaitOrder(deployment, order, signal);
  }

  /** Follows an order that was not started from here, such as the one that `deploy.inProgress` names. */
  follow(accountId: string, application: DeployedApplication, changeOrderId: string): Deployment {
    const known = this.all.find((each) => each.changeOrderId === changeOrderId);
    const deployment = known ?? {
      ...{ id: changeOrderId, accountId, application, changeOrderId },
      kind: 'deploy',
      state: 'running',
      isOwn: false,
      startedAt: this.#clock(),
    };
    return this.#follow(deployment);
  }

  /**
   * Follows again what is not followed: after a reload, a time limit or a failure. One whose change order is not known is
   * looked for first.
   * @throws CodedError `deploy.uncertain`, `deploy.inProgress`
   */
  async resume(id: string, signal?: AbortSignal): Promise<Deployment> {
    const deployment = this.#mustGet(id);
    if (isEnded(deployment) || isFollowed(deployment)) {
      return deployment;
    }
    const search = this.#searches.get(id);
    if (search === undefined) {
      return this.#follow(deployment);
    }
    const starting: Deployment = { ...deployment, state: 'starting', error: undefined };
    this.#put(starting);
    const options = { timing: this.#timing, signal: this.#lifetime.signal };
    const order = findOrder(this.#account(deployment.accountId), search, options);
    return this.#awaitOrder(starting, order, signal);
  }

  /** Those that a reload has interrupted, for `resume`. */
  get interrupted(): readonly Deployment[] {
    return this.all.filter(
      ({ isOwn, state, error }) => isOwn && state === 'unfollowed' && error === undefined,
    );
  }

  /** Stops following. The deployment itself goes on. */
  stopFollowing(id: string): void {
    const follower = this.#followers.get(id);
    if (follower !== undefined) {
      this.#forgetFollower(follower.deployment);
      follower.stop();
      this.#put(follower.deployment);
    }
  }

  /** Resolves when the deployment has ended or is not followed any more. @throws AbortError by the signal */
  whenSettled(id: string, signal?: AbortSignal): Promise<Deployment> {
    return this.when(id, (deployment) => !isFollowed(deployment), signal);
  }

  /** Resolves once the deployment is as wanted. @throws AbortError by the signal */
  async when(
    id: string,
    isWanted: (deployment: Deployment) => boolean,
    signal?: AbortSignal,
  ): Promise<Deployment> {
    const stop = new AbortController();
    try {
      return await new Promise<Deployment>((resolve, reject) => {
        const check = (): void => {
          const deployment = this.#mustGet(id);
          if (isWanted(deployment)) {
            resolve(deployment);
          }
        };
        const subscription = this.onDidChange((change) => change.id === id && check());
        const stopListening = onAbort(signal, () => reject(abortError()));
        onAbort(stop.signal, () => {
          subscription.dispose();
          stopListening();
        });
        check();
      });
    } finally {
      stop.abort();
    }
  }

  /** Reads the state of an order once, for one that is not followed. */
  async refresh(id: string, signal?: AbortSignal): Promise<Deployment> {
    const deployment = this.#mustGet(id);
    const { changeOrderId, accountId } = deployment;
    if (changeOrderId === undefined || isFollowed(deployment)) {
      return deployment;
    }
    const order = await this.#account(accountId).read(
      (api, caller, each) => api.getChangeOrder(caller, changeOrderId, each),
      signal,
    );
    const follower = new DeploymentFollower(
      deployment,
      this.#followerOptions(() => undefined),
    );
    follower.accept(order);
    const { state } = follower.deployment;
    const endedAt = deployment.endedAt ?? follower.deployment.endedAt;
    // What runs is not followed by being looked at.
    const isOver = isEnded(follower.deployment);
    return this.#put({
      ...follower.deployment,
      state: isOver ? state : 'unfollowed',
      ...(isOver && { endedAt }),
    });
  }

  /** Puts the recent orders of applications, default: of those that were used, into the list. Follows none of them. */
  async loadRecent(
    accountId: string,
    signal?: AbortSignal,
    applications = this.applicationsUsed(accountId),
  ): Promise<void> {
    const account = this.#account(accountId);
    for (const application of applications) {
      const orders = await account.read(
        (api, caller, each) => api.listRecentChangeOrders(caller, application.id, each),
        signal,
      );
      for (const order of orders.slice(0, maxRecentOrders)) {
        this.#putRecent(accountId, application, order);
      }
    }
  }

  /**
   * Lets the batch start that waits.
   * @throws CodedError `deploy.nothingToConfirm`; what EDAS refuses it with
   */
  async confirm(id: string, signal?: AbortSignal): Promise<void> {
    const { account, changeOrderId, deployment } = this.#running(id);
    const { pipelines } = await account.read(
      (api, caller, each) => api.getChangeOrder(caller, changeOrderId, each),
      signal,
    );
    const waiting = pipelines.find(
      (each) => each.status === changeStatus.waitingForConfirmation && each.id !== undefined,
    )?.id;
    if (waiting === undefined) {
      const facts = { subject: deployment.application.name, changeOrderId };
      throw new CodedError('deploy.nothingToConfirm', facts);
    }
    await this.#change(
      deployment,
      (api, caller, each) => api.confirmBatch(caller, waiting, each),
      signal,
    );
  }

  /** Ends a running order. Instances that it has updated stay updated. It is followed until it has ended. */
  async abort(id: string, signal?: AbortSignal): Promise<void> {
    const { changeOrderId, deployment } = this.#running(id);
    await this.#change(
      deployment,
      (api, caller, each) => api.abort(caller, changeOrderId, each),
      signal,
    );
  }

  /** What rolling back would do, for the confirmation. Changes nothing. @throws as `planRollback` of rollback.ts */
  planRollback(id: string, signal?: AbortSignal): Promise<RollbackPlan> {
    const deployment = this.#mustGet(id);
    return planRollback(this.#account(deployment.accountId), deployment, signal);
  }

  /** Rolls back and follows that. @throws as `start` */
  rollBack(plan: RollbackPlan, signal?: AbortSignal): Promise<Deployment> {
    const { accountId, application, deploymentId, groupId, toVersion, fromVersion } = plan;
    const account = this.#account(accountId);
    const { changeOrderId } = this.#mustGet(deploymentId);
    const call = rollbackCall(plan, changeOrderId);
    const deployment = this.#create({
      ...{ accountId, application, groupId },
      kind: 'rollback',
      version: toVersion,
      previousVersion: fromVersion,
    });
    const target = { applicationId: application.id, applicationName: application.name };
    const options = {
      timing: this.#timing,
      signal,
      lifetime: this.#lifetime.signal,
      onSend: (search: OrderSearch) => this.#putSent(deployment, search),
    };
    const order = plan.isRunning
      ? this.#endAndRollBack(account, target, call, options)
      : startOrder(account, target, call, options);
    return this.#awaitOrder(deployment, order, signal);
  }

  /** For an account that signs out: nothing of it is followed, and its keys are forgotten. */
  forgetAccount(accountId: string): void {
    this.#pollers.get(accountId)?.dispose();
    this.#pollers.delete(accountId);
    this.#accounts.delete(accountId);
    for (const deployment of this.all.filter((each) => each.accountId === accountId)) {
      this.stopFollowing(deployment.id);
    }
  }

  /** Takes one that is not followed out of the list. */
  remove(id: string): void {
    const deployment = this.#deployments.get(id);
    if (deployment !== undefined && !isFollowed(deployment)) {
      this.#delete(id);
    }
  }

  /** Stops all reading. What runs goes on at EDAS, and is in the state for the next start. */
  dispose(): void {
    this.#lifetime.abort();
    for (const poller of this.#pollers.values()) {
      poller.dispose();
    }
    this.#pollers.clear();
    this.#changed.dispose();
    this.#settled.dispose();
  }

  async #endAndRollBack(
    account: EdasAccount,
    target: Pick<OrderSearch, 'applicationId' | 'applicationName'>,
    call: EdasCall<string | undefined>,
    options: Parameters<typeof startOrder>[3],
  ): Promise<string> {
    const before = await account.read(
      (api, caller, each) => api.listRecentChangeOrders(caller, target.applicationId, each),
      options.signal,
    );
    const search = { ...target, known: before.map(({ id }) => id) };
    options.onSend(search);
    return sendOnce(account, call, search, options);
  }

  /** Follows the order when it is known. The caller may leave earlier. */
  async #awaitOrder(
    deployment: Deployment,
    order: Promise<string>,
    signal: AbortSignal | undefined,
  ): Promise<Deployment> {
    const started = order.then(
      (changeOrderId) => {
        this.#searches.delete(deployment.id);
        return this.#follow({ ...deployment, changeOrderId });
      },
      (error: unknown) => {
        this.#notStarted(deployment, error);
        throw error;
      },
    );
    let stopListening: (() => void) | undefined;
    const left = new Promise<never>((_, reject) => {
      stopListening = onAbort(signal, () => reject(abortError()));
    });
    try {
      return await Promise.race([started, left]);
    } finally {
      stopListening?.();
      started.catch(() => undefined);
    }
  }

  /** Of what EDAS refused nothing is left; of what it may have accepted there is a row that can be resumed. */
  #notStarted(deployment: Deployment, error: unknown): void {
    if (this.#lifetime.signal.aborted) {
      return;
    }
    if (hasCode(error, 'deploy.uncertain')) {
      this.#put({ ...deployment, state: 'unfollowed', error });
      return;
    }
    this.#delete(deployment.id);
  }

  #create(
    known: Pick<
      Deployment,
      'accountId' | 'application' | 'groupId' | 'kind' | 'previousVersion' | 'version'
    >,
  ): Deployment {
    const startedAt = this.#clock();
    return { ...known, id: randomUUID(), state: 'starting', isOwn: true, startedAt };
  }

  #follow(deployment: Deployment): Deployment {
    const { accountId, changeOrderId } = deployment;
    if (changeOrderId === undefined || this.#followers.has(deployment.id)) {
      return deployment;
    }
    const running: Deployment = {
      ...deployment,
      state: 'running',
      error: undefined,
      endedAt: undefined,
    };
    const follower = new DeploymentFollower(
      running,
      this.#followerOptions((each) => this.#onRead(each)),
    );
    this.#followers.set(deployment.id, follower);
    this.#put(running);
    this.#poller(accountId).add(follower, changeOrderId);
    return running;
  }

  #onRead(deployment: Deployment): void {
    this.#put(deployment);
    if (isFollowed(deployment)) {
      return;
    }
    this.#forgetFollower(deployment);
    this.#settled.fire(deployment);
    if (deployment.state === 'succeeded' && deployment.application.clusterKind === 'ecs') {
      void this.#readHealth(deployment);
    }
  }

  /** That an instance does not pass its check is worth a note and no failure. */
  async #readHealth({ id, accountId, application }: Deployment): Promise<void> {
    try {
      const health = await this.#account(accountId).read(
        (api, caller, signal) => api.getInstanceHealth(caller, application.id, signal),
        this.#lifetime.signal,
      );
      const deployment = this.#deployments.get(id);
      if (deployment !== undefined) {
        this.#put({ ...deployment, health });
      }
    } catch (error) {
      if (!isAbort(error)) {
        this.options.log.info(`deploy: the state of the instances is not known: ${String(error)}`);
      }
    }
  }

  #forgetFollower({ id, accountId, changeOrderId }: Deployment): void {
    this.#followers.delete(id);
    if (changeOrderId !== undefined) {
      this.#pollers.get(accountId)?.remove(changeOrderId);
    }
  }

  #putRecent(accountId: string, application: DeployedApplication, order: ChangeOrderSummary): void {
    const known = this.all.find(({ changeOrderId }) => changeOrderId === order.id);
    if (known !== undefined && (isFollowed(known) || isEnded(known))) {
      return;
    }
    const { status, createdAt, finishedAt, groupId } = order;
    const state = stateOf(status);
    const isOver = !isRunning(order) && isEnded({ ...known, state } as Deployment);
    this.#put({
      ...(known ?? {
        ...{ id: order.id, accountId, application, groupId },
        kind: 'deploy' as const,
        changeOrderId: order.id,
        isOwn: false,
        startedAt: createdAt ?? this.#clock(),
      }),
      status,
      state: isOver ? state : 'unfollowed',
      ...(isOver && { endedAt: finishedAt }),
    });
  }

  /** Sends a change once; whatever comes of it shows in the order, which is read next. */
  async #change(
    deployment: Deployment,
    call: EdasCall<void>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { id, accountId, changeOrderId } = deployment;
    try {
      await this.#account(accountId).once(call, signal);
    } finally {
      if (this.#followers.has(id) && changeOrderId !== undefined) {
        this.#poller(accountId).readSoon(changeOrderId);
      } else {
        this.#follow(deployment);
      }
    }
  }

  /** @throws CodedError `deploy.notRunning` */
  #running(id: string): {
    readonly account: EdasAccount;
    readonly changeOrderId: string;
    readonly deployment: Deployment;
  } {
    const deployment = this.#mustGet(id);
    const { changeOrderId, application } = deployment;
    if (changeOrderId === undefined || isEnded(deployment)) {
      throw new CodedError('deploy.notRunning', { subject: application.name, changeOrderId });
    }
    return { account: this.#account(deployment.accountId), changeOrderId, deployment };
  }

  #mustGet(id: string): Deployment {
    const deployment = this.#deployments.get(id);
    if (deployment === undefined) {
      throw new CodedError('deploy.notRunning');
    }
    return deployment;
  }

  #delete(id: string): void {
    this.#searches.delete(id);
    if (this.#deployments.delete(id)) {
      this.#save();
      this.#changed.fire({ id });
    }
  }

  /** Saved before the call is sent, so that its order is looked for also after a reload in the middle. */
  #putSent(deployment: Deployment, search: OrderSearch): void {
    this.#searches.set(deployment.id, search);
    this.#put(deployment);
  }

  #put(deployment: Deployment): Deployment {
    const before = this.#deployments.get(deployment.id);
    this.#deployments.set(deployment.id, deployment);
    if (before?.state !== deployment.state || before.changeOrderId !== deployment.changeOrderId) {
      this.#save();
    }
    this.#changed.fire({ id: deployment.id, deployment });
    return deployment;
  }

  /** Only what was started here is saved; the rest is in EDAS's lists. */
  #save(): void {
    const saved = this.all
      .filter(({ isOwn }) => isOwn)
      .slice(0, maxSaved)
      .map((each) => toSaved(each, this.#searches.get(each.id)));
    void Promise.resolve(this.options.state.write(saved)).catch((error: unknown) =>
      this.options.log.warn(`deploy: the list could not be saved: ${String(error)}`),
    );
  }

  #account(accountId: string): EdasAccount {
    const { api, callerOf, log } = this.options;
    const known = this.#accounts.get(accountId);
    const account =
      known ??
      new EdasAccount({
        ...{ api, log, timing: this.#timing },
        caller: (signal) => callerOf(accountId, signal),
      });
    this.#accounts.set(accountId, account);
    return account;
  }

  #poller(accountId: string): AccountPoller {
    const known = this.#pollers.get(accountId);
    const poller =
      known ??
      new AccountPoller({
        timing: this.#timing,
        read: (changeOrderId, signal) =>
          this.#account(accountId).once(
            (api, caller, each) => api.getChangeOrder(caller, changeOrderId, each),
            signal,
          ),
      });
    this.#pollers.set(accountId, poller);
    return poller;
  }

  #followerOptions(
    onChange: (deployment: Deployment) => void,
  ): ConstructorParameters<typeof DeploymentFollower>[1] {
    return {
      clock: this.#clock,
      now: () => this.#timing.now(),
      limitMs: this.options.limitMs ?? (() => defaultLimitMs),
      onChange,
    };
  }
}

function toDeployed({ id, name, clusterKind, namespace }: Application): DeployedApplication {
  return { id, name, clusterKind, namespace };
}
