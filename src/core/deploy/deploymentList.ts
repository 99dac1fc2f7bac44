import { CodedError } from '../errors/catalogue';
import { Emitter, type Event } from '../util/emitter';
import type { Log } from '../util/log';
import { fromSaved, maxSaved, readSaved, toSaved, type DeploymentStore } from './savedDeployments';
import type { OrderSearch } from './start';
import type { Deployment } from './types';

export interface DeploymentChange {
  readonly id: string;
  /** Absent when it has left the list. */
  readonly deployment?: Deployment;
}

/** All deployments that can be shown. Those that were started here are saved, and are in the list again after a reload. */
export class DeploymentList {
  readonly #deployments = new Map<string, Deployment>();
  /** By deployment, while its change order is not known. */
  readonly #searches = new Map<string, OrderSearch>();
  readonly #changed = new Emitter<DeploymentChange>();

  readonly onDidChange: Event<DeploymentChange> = this.#changed.event;

  constructor(
    private readonly store: DeploymentStore,
    private readonly log: Log,
  ) {
    for (const { search, ...saved } of readSaved(store.read())) {
      this.#deployments.set(saved.id, fromSaved(saved));
      if (search !== undefined) {
        this.#searches.set(saved.id, search);
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

  /** @throws CodedError `deploy.notRunning` when it is not in the list */
  mustGet(id: string): Deployment {
    const deployment = this.#deployments.get(id);
    if (deployment === undefined) {
      throw new CodedError('deploy.notRunning');
    }
    return deployment;
  }

  findByOrder(changeOrderId: string): Deployment | undefined {
    return this.all.find((each) => each.changeOrderId === changeOrderId);
  }

  /** What identifies the change order of a deployment whose order is not known; undefined for all others. */
  searchOf(id: string): OrderSearch | undefined {
    return this.#searches.get(id);
  }

  put(deployment: Deployment): Deployment {
    const { id, state, changeOrderId } = deployment;
    const before = this.#deployments.get(id);
    this.#deployments.set(id, deployment);
    if (changeOrderId !== undefined) {
      this.#searches.delete(id);
    }
    if (before?.state !== state || before.changeOrderId !== changeOrderId) {
      this.#save();
    }
    this.#changed.fire({ id, deployment });
    return deployment;
  }

  /** Adds a deployment whose call is about to be sent, so that its order can be found even if the window reloads now. */
  putSent(deployment: Deployment, search: OrderSearch): void {
    this.#searches.set(deployment.id, search);
    this.put(deployment);
  }

  delete(id: string): void {
    this.#searches.delete(id);
    if (this.#deployments.delete(id)) {
      this.#save();
      this.#changed.fire({ id });
    }
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #save(): void {
    const saved = this.all
      .filter(({ isOwn }) => isOwn)
      .slice(0, maxSaved)
      .map((each) => toSaved(each, this.#searches.get(each.id)));
    void Promise.resolve(this.store.write(saved)).catch((error: unknown) =>
      this.log.warn(`deploy: the list could not be saved: ${String(error)}`),
    );
  }
}
