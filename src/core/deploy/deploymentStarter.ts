import { randomUUID } from 'node:crypto';
import { hasCode } from '../errors/catalogue';
import { abortable } from '../util/abort';
import type { LocalClock } from '../util/clock';
import type { Disposable } from '../util/disposable';
import type { Timing } from '../util/timing';
import type { DeploymentList } from './deploymentList';
import type { EdasCall } from './edasAccount';
import type { EdasAccounts } from './edasAccounts';
import { findOrder, startOrder } from './start';
import type { Deployment } from './types';

/** What a deployment call or a roll-back is for. */
export type OrderTarget = Pick<
  Deployment,
  'accountId' | 'application' | 'groupId' | 'kind' | 'previousVersion' | 'version'
>;

interface DeploymentStarterOptions {
  readonly list: DeploymentList;
  readonly accounts: EdasAccounts;
  readonly clock: LocalClock;
  readonly timing: Timing;
  /** Follows a deployment whose order is known. */
  readonly follow: (deployment: Deployment) => Deployment;
}

/** Starts change orders, and searches for those of which it is not known whether they were started. */
export class DeploymentStarter implements Disposable {
  readonly #disposed = new AbortController();

  constructor(private readonly options: DeploymentStarterOptions) {}

  /**
   * Sends the call, and follows the order. Resolves when EDAS has named it.
   * @param endsRunning the call ends a running order by starting another
   */
  start(
    target: OrderTarget,
    call: EdasCall<string | undefined>,
    signal: AbortSignal | undefined,
    endsRunning = false,
  ): Promise<Deployment> {
    const { list, accounts, clock, timing } = this.options;
    const deployment: Deployment = {
      ...target,
      id: randomUUID(),
      state: 'starting',
      isOwn: true,
      startedAt: clock(),
    };
    const order = startOrder(accounts.of(target.accountId), deployment, call, {
      timing,
      signal,
      lifetime: this.#disposed.signal,
      endsRunning,
      onSend: (sent) => list.put(sent),
    });
    return this.#awaitOrder(deployment, order, signal);
  }

  /** Searches for the order of a deployment whose call was sent. */
  search(deployment: Deployment, signal: AbortSignal | undefined): Promise<Deployment> {
    const { list, accounts, timing } = this.options;
    const starting = list.put({
      ...deployment,
      state: 'starting',
      isInterrupted: undefined,
      error: undefined,
    });
    const options = { timing, signal: this.#disposed.signal };
    const order = findOrder(accounts.of(deployment.accountId), deployment, options);
    return this.#awaitOrder(starting, order, signal);
  }

  dispose(): void {
    this.#disposed.abort();
  }

  /** Follows the order when it is known. The caller may stop waiting earlier. */
  #awaitOrder(
    deployment: Deployment,
    order: Promise<string>,
    signal: AbortSignal | undefined,
  ): Promise<Deployment> {
    const started = order.then(
      (changeOrderId) => this.options.follow({ ...deployment, changeOrderId }),
      (error: unknown) => {
        this.#notStarted(deployment, error);
        throw error;
      },
    );
    return abortable(started, signal);
  }

  /** What EDAS refused leaves the list; what it may have accepted stays and can be searched for again. */
  #notStarted(deployment: Deployment, error: unknown): void {
    const { list } = this.options;
    if (this.#disposed.signal.aborted) {
      return;
    }
    const sent = list.get(deployment.id);
    if (sent !== undefined && hasCode(error, 'deploy.uncertain')) {
      list.put({ ...sent, state: 'unfollowed', error });
    } else {
      list.delete(deployment.id);
    }
  }
}
