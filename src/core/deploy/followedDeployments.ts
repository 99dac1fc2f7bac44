import { isAbort } from '../errors/catalogue';
import type { LocalClock } from '../util/clock';
import type { Disposable } from '../util/disposable';
import { Emitter, type Event } from '../util/emitter';
import type { Log } from '../util/log';
import type { Timing } from '../util/timing';
import type { DeploymentList } from './deploymentList';
import type { EdasAccounts } from './edasAccounts';
import { DeploymentFollower } from './follower';
import { isFollowed, type Deployment } from './types';

interface FollowedDeploymentsOptions {
  readonly list: DeploymentList;
  readonly accounts: EdasAccounts;
  readonly clock: LocalClock;
  readonly timing: Timing;
  /** How long a deployment is followed, ms. */
  readonly limitMs: () => number;
  readonly log: Log;
}

/** Follows deployments to their end: what is read of their orders goes into the list. */
export class FollowedDeployments implements Disposable {
  readonly #settled = new Emitter<Deployment>();
  readonly #disposed = new AbortController();

  /** Fires when a followed deployment has ended, or is no longer followed because of its `error`. */
  readonly onDidSettle: Event<Deployment> = this.#settled.event;

  constructor(private readonly options: FollowedDeploymentsOptions) {}

  /** Does nothing for one whose order is not known, or that is followed already. */
  follow(deployment: Deployment): Deployment {
    const { list, accounts, clock, timing, limitMs } = this.options;
    const { id, accountId, changeOrderId } = deployment;
    const { poller } = accounts.of(accountId);
    if (changeOrderId === undefined || poller.has(id)) {
      return deployment;
    }
    const running: Deployment = {
      ...deployment,
      state: 'running',
      error: undefined,
      endedAt: undefined,
    };
    const follower = new DeploymentFollower(running, {
      clock,
      now: () => timing.now(),
      limitMs,
      onChange: (each) => this.#onRead(each),
    });
    poller.add(id, changeOrderId, follower);
    return list.put(running);
  }

  /** Stops following. The deployment itself continues. */
  stop({ id, accountId }: Deployment): void {
    const { list, accounts } = this.options;
    const follower = accounts.of(accountId).poller.remove(id);
    if (follower !== undefined) {
      follower.stop();
      list.put(follower.deployment);
    }
  }

  /** Reads the order of a deployment next, because it was changed. */
  readSoon(deployment: Deployment): void {
    if (!this.options.accounts.of(deployment.accountId).poller.readSoon(deployment.id)) {
      this.follow(deployment);
    }
  }

  dispose(): void {
    this.#disposed.abort();
    this.#settled.dispose();
  }

  #onRead(deployment: Deployment): void {
    const { list, accounts } = this.options;
    list.put(deployment);
    if (isFollowed(deployment)) {
      return;
    }
    accounts.of(deployment.accountId).poller.remove(deployment.id);
    this.#settled.fire(deployment);
    if (deployment.state === 'succeeded' && deployment.application.clusterKind === 'ecs') {
      void this.#readHealth(deployment);
    }
  }

  /** An instance that does not pass its check is worth a note, but is no failure. */
  async #readHealth({ id, accountId, application }: Deployment): Promise<void> {
    const { list, accounts, log } = this.options;
    try {
      const health = await accounts
        .of(accountId)
        .read((edas) => edas.getInstanceHealth(application.id), this.#disposed.signal);
      const deployment = list.get(id);
      if (deployment !== undefined) {
        list.put({ ...deployment, health });
      }
    } catch (error) {
      if (!isAbort(error)) {
        log.info(`deploy: the state of the instances is not known: ${String(error)}`);
      }
    }
  }
}
