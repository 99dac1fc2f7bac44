import type { ServiceClock } from '../../server/clock';
import {
  createApplication,
  type ApplicationOptions,
  type SandboxApplication,
} from './applications';
import { SandboxOrder, status, type OrderFailure, type OrderPlan } from './orders';
import type { Spelling } from './render';

export interface SandboxDeploymentsOptions {
  readonly clock: ServiceClock;
  readonly region: string;
  /** The status that EDAS and the instances get when they read a URL: 200, 403 or 404. */
  readonly readUrl: (url: string) => number;
}

/** The applications of the sandbox's EDAS and their change orders. Tests let time pass for the orders with `pass`. */
export class SandboxDeployments {
  readonly applications: SandboxApplication[] = [];
  readonly orders: SandboxOrder[] = [];
  /** How long a stage takes, ms. */
  stageMs = 10_000;
  spelling: Spelling = 'new';
  /** The maximum number of applications in one page, whatever is requested. */
  maxPageSize = 100;
  /** Deploy calls return 200 without a change order's id. */
  emptyOrderId = false;
  /** The description of an order; `undefined`: orders have none. */
  describe: ((version: string) => string) | undefined = (version) =>
    `Version: ${version} | Deployment Package: app.jar | Deploy to: all groups`;
  /** Whether EDAS returns the `Desc` of an order's call. */
  returnsDesc = true;
  #failures: OrderFailure[] = [];
  #passedMs = 0;
  #realSince: number | undefined;

  constructor(private readonly options: SandboxDeploymentsOptions) {}

  /** Adds an application; default: a JAR application on ECS with one group of two instances. */
  add(options: ApplicationOptions): SandboxApplication {
    const { region, clock } = this.options;
    const application = createApplication(options, region, clock.now());
    this.applications.push(application);
    return application;
  }

  /** The next deployment fails as described. */
  failNext(failure: OrderFailure): void {
    this.#failures.push(failure);
  }

  /** Lets time pass for all orders, ms. */
  pass(ms: number): void {
    this.#passedMs += ms;
    for (const order of this.orders) order.pass(ms, this.now());
  }

  /** From now on orders also progress in real time, updated at each request. */
  runInRealTime(): void {
    this.#realSince = Date.now();
  }

  /** Called before each request. */
  catchUp(): void {
    if (this.#realSince === undefined) return;
    const now = Date.now();
    const ms = now - this.#realSince;
    this.#realSince = now;
    this.pass(ms);
    this.#passedMs -= ms;
  }

  now(): number {
    return this.options.clock.now() + this.#passedMs;
  }

  find(id: string): SandboxApplication | undefined {
    return this.applications.find((each) => each.id === id);
  }

  order(id: string): SandboxOrder | undefined {
    return this.orders.find((each) => each.id === id);
  }

  runningOrder(applicationId: string): SandboxOrder | undefined {
    return this.orders.find((each) => each.plan.applicationId === applicationId && !each.isOver);
  }

  /** Starts a deployment by another user, by default in the console. `isEndless`: it makes no progress. */
  startOther(
    application: SandboxApplication,
    {
      isEndless = false,
      ...more
    }: Partial<Pick<OrderPlan, 'description' | 'isManual' | 'source' | 'type'>> & {
      readonly isEndless?: boolean;
    } = {},
  ): SandboxOrder {
    const order = this.start(application, {
      type: 'CoDeploy',
      source: 'console',
      description: 'Version: of-somebody-else | Deployment Package: b.jar | Deploy to: all groups',
      isManual: false,
      batchWaitMs: 0,
      batches: 1,
      parameters: {},
      url: undefined,
      onSuccess: () => undefined,
      ...more,
    });
    order.isEndless = isEndless;
    return order;
  }

  /** @param more.url the package that is read in the first stage */
  start(
    application: SandboxApplication,
    more: Pick<
      OrderPlan,
      | 'batchWaitMs'
      | 'desc'
      | 'description'
      | 'groupId'
      | 'isManual'
      | 'onSuccess'
      | 'parameters'
      | 'source'
      | 'type'
    > & { readonly batches: number; readonly url: string | undefined },
  ): SandboxOrder {
    const isPod = application.groups.length === 0;
    const stageNames = isPod
      ? ['Build Image', 'Rolling Update']
      : ['Download Package', 'Process Stop', 'Process Start'];
    const failure = this.#failures.shift();
    const { batches, url, ...plan } = more;
    const order = new SandboxOrder(
      {
        ...plan,
        applicationId: application.id,
        isPod,
        stageNames,
        stageMs: this.stageMs,
        batches: batchesOf(application, more.groupId, batches),
        failureAt: (batch, stage) => {
          const refused =
            url !== undefined && stage === stageNames[0] ? this.#read(url) : undefined;
          if (refused) return refused;
          const isHere =
            failure &&
            (failure.batch ?? 1) === batch &&
            (failure.stage ?? stageNames.at(-1)) === stage;
          return isHere ? failure : undefined;
        },
      },
      this.now(),
    );
    this.orders.push(order);
    return order;
  }

  #read(url: string): OrderFailure | undefined {
    const httpStatus = this.options.readUrl(url);
    if (httpStatus === 200) return undefined;
    return httpStatus === 403
      ? { status: status.failed, taskCode: 'EDAS-10014', taskError: 'WAR_URL_403' }
      : { status: status.failed, taskCode: 'EDAS-10015', taskError: 'WAR_URL_404' };
  }
}

/** The instances of each batch: on ECS each group has this number of batches, and all groups run in parallel. */
function batchesOf(
  application: SandboxApplication,
  groupId: string | undefined,
  count: number,
): { name: string; ip: string }[][] {
  const pods = Array.from({ length: application.replicas }, (_, index) => ({
    name: `${application.name}-group-1-7d9f8c6b5d-${index + 1}`,
    ip: `10.0.0.${index + 1}`,
  }));
  const groups = application.groups.filter(
    ({ id }) => !groupId || groupId === 'all' || id === groupId,
  );
  const units = application.groups.length === 0 ? [pods] : groups.map(({ instances }) => instances);
  return Array.from({ length: count }, (_, batch) =>
    units.flatMap((instances) => instances.filter((_each, index) => index % count === batch)),
  );
}
