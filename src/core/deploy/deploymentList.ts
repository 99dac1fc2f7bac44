import { CodedError } from '../errors/catalogue';
import { isInstant } from '../util/clock';
import { Emitter, type Event } from '../util/emitter';
import type { Log } from '../util/log';
import { isBoolean, isString, listOf, optional, shapeOf } from '../util/shape';
import { isEnded, wasFollowed, type DeployedApplication, type Deployment } from './types';

/** Where what must survive a reload is stored, such as VS Code's workspace state. */
export interface DeploymentStore {
  read(): unknown;
  write(value: unknown): PromiseLike<void>;
}

export interface DeploymentChange {
  readonly id: string;
  /** Absent when it has left the list. */
  readonly deployment?: Deployment;
}

/** How many are stored. */
const maxSaved = 30;

/** All deployments that can be shown. Those that were started here are saved, and are in the list again after a reload. */
export class DeploymentList {
  readonly #deployments = new Map<string, Deployment>();
  readonly #changed = new Emitter<DeploymentChange>();

  readonly onDidChange: Event<DeploymentChange> = this.#changed.event;

  constructor(
    private readonly store: DeploymentStore,
    private readonly log: Log,
  ) {
    const stored = store.read();
    for (const saved of Array.isArray(stored) ? stored.filter(isSaved).slice(0, maxSaved) : []) {
      // Nothing is followed after a reload until it is resumed.
      const state = isEnded(saved) ? saved.state : 'unfollowed';
      const isInterrupted = wasFollowed(saved);
      this.#deployments.set(saved.id, { ...saved, state, isInterrupted, isOwn: true });
    }
  }

  /** Newest first. */
  get all(): readonly Deployment[] {
    return [...this.#deployments.values()].toSorted((a, b) => b.startedAt - a.startedAt);
  }

  get(id: string): Deployment | undefined {
    return this.#deployments.get(id);
  }

  /** @throws CodedError `deploy.gone` when it is not in the list */
  mustGet(id: string): Deployment {
    const deployment = this.#deployments.get(id);
    if (deployment === undefined) {
      throw new CodedError('deploy.gone');
    }
    return deployment;
  }

  findByOrder(changeOrderId: string): Deployment | undefined {
    return this.all.find((each) => each.changeOrderId === changeOrderId);
  }

  put(deployment: Deployment): Deployment {
    const { id, state, changeOrderId } = deployment;
    const before = this.#deployments.get(id);
    this.#deployments.set(id, deployment);
    if (before?.state !== state || before.changeOrderId !== changeOrderId) {
      this.#save();
    }
    this.#changed.fire({ id, deployment });
    return deployment;
  }

  delete(id: string): void {
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
      .map(withoutResponses);
    void Promise.resolve(this.store.write(saved)).catch((error: unknown) =>
      this.log.warn(`deploy: the list could not be saved: ${String(error)}`),
    );
  }
}

/** A deployment as it is stored: what EDAS said of it is read from there again. */
type SavedDeployment = Omit<Deployment, 'error' | 'health' | 'isOwn' | 'order' | 'problem'>;

function withoutResponses(deployment: Deployment): SavedDeployment {
  const none = { order: undefined, health: undefined, error: undefined, problem: undefined };
  return { ...deployment, ...none };
}

/** What does not have the expected form is left out. */
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
  earlierOrders: optional(listOf(isString)),
  version: optional(isString),
  previousVersion: optional(isString),
  state: isString,
  isInterrupted: optional(isBoolean),
  startedAt: isInstant,
  endedAt: optional(isInstant),
});
