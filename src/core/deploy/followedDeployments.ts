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
  /** By the id of the deployment. */
  readonly #followers = new Map<string, DeploymentFollower>();
  readonly #settled = new Emitter<Deployment>();
  readonly #disposed = new AbortController();

  /** Fires when a followed deployment has ended, or is no longer followed because of its `error`. */
  readonly onDidSettle: Event<Deployment> = this.#settled.event;

  constructor(private readonly options: FollowedDeploymentsOptions) {}

  /** Does nothing for one whose order is not known, or that is followed already. */
  follow(deployment: Deployment): Deployment {
    const { list, accounts, clock, timing, limitMs } = this.options;
    const { id, accountId, changeOrderId } = deployment;
    const isDisposed = this.#disposed.signal.aborted;
    if (changeOrderId === undefined || this.#followers.has(id) || isDisposed) {
      return deployment;
    }
    const running: Deployment = {
      ...deployment,
      state: 'running',
      isInterrupted: undefined,
      earlierOrders: undefined,
      error: undefined,
      endedAt: undefined,
    };
    const follower = new DeploymentFollower(running, {
      clock,
      timing,
      limitMs,
      read: (signal) =>
        accounts.of(accountId).once((edas) => edas.getChangeOrder(changeOrderId), signal),
      orders: () => this.#countOf(accountId),
      onChange: (each) => this.#onRead(each),
    });
    this.#followers.set(id, follower);
    list.put(running);
    void follower.run();
    return running;
  }

  /** Stops following. The deployment itself continues. */
  stop(id: string): void {
    const follower = this.#followers.get(id);
    if (follower !== undefined) {
      this.#followers.delete(id);
      follower.stop();
      this.options.list.put(follower.deployment);
    }
  }

  /** Reads the order of a deployment next if it is still followed, because it was changed. */
  readSoon(id: string): void {
    this.#followers.get(id)?.readSoon();
  }

  dispose(): void {
    this.#disposed.abort();
    this.#followers.forEach((follower) => follower.stop());
    this.#settled.dispose();
  }

  #countOf(accountId: string): number {
    const followed = [...this.#followers.values()];
    return followed.filter(({ deployment }) => deployment.accountId === accountId).length;
  }

  #onRead(deployment: Deployment): void {
    this.options.list.put(deployment);
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
