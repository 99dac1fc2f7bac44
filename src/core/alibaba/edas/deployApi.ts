import { CodedError, hasCode } from '../../errors/catalogue';
import { JsonFields } from '../../util/jsonFields';
import {
  readApplication,
  readDeployGroup,
  readHistoryVersion,
  readK8sRuntime,
  type Application,
  type ClusterKind,
  type DeployGroup,
  type HistoryVersion,
  type K8sRuntime,
} from './application';
import {
  readChangeOrder,
  readChangeOrderSummary,
  type ChangeOrder,
  type ChangeOrderSummary,
} from './changeOrder';
import type { EdasAction, EdasApi, EdasCaller } from './edasApi';
import { optionalServerId } from './fields';

/** How instances are updated. */
export interface Release {
  /** How many batches: 1 is all at once. On ECS, per group. */
  readonly batches: number;
  /** Between two batches of an automatic release, whole minutes from 0 to 5. */
  readonly waitMinutes: number;
  /** Each batch but the first waits for a confirmation. */
  readonly isManual: boolean;
}

/** What the deploy calls of both kinds of clusters have in common. */
interface PackageDeployment {
  readonly appId: string;
  readonly packageVersion: string;
  readonly packageUrl: string;
  readonly release: Release;
  readonly description: string;
}

export interface InstanceHealth {
  readonly total: number;
  readonly healthy: number;
}

type Operation = readonly [action: string, method: EdasAction['method'], path: string];
type Query = NonNullable<EdasAction['query']>;

const pageSize = 50;

const changeLimits = { stallMs: 60_000, deadlineMs: 60_000, sendOnce: true };
/** An order of hundreds of instances has long lists. Bytes. */
const maxOrderBytes = 4 * 1024 * 1024;
/** `AppState` of an instance that runs and passes its check. */
const healthyState = 7;

/**
 * The calls of the EDAS API around a deployment, with the keys of one account. Each is sent once; those that change
 * something must not be repeated after a failure that leaves open whether the server did it (`isAmbiguous`). What they
 * throw: CodedError `edas.*`, `response.*`, `network.*`, an `AbortError`; those that read an application also
 * `deploy.applicationNotFound`.
 * Source: EDAS 2017-08-01, the page of each action.
 */
export class EdasDeployApi {
  constructor(
    private readonly api: EdasApi,
    private readonly caller: EdasCaller,
    private readonly signal?: AbortSignal,
  ) {}

  /**
   * One page of the account's applications in this region.
   * @param query.page from 1
   * @param query.name only those whose name matches; the server decides what matches
   * @param query.ids only those
   */
  listApplications(query: {
    readonly page: number;
    readonly name?: string;
    readonly ids?: readonly string[];
  }): Promise<readonly Application[]> {
    const parameters = {
      AppName: query.name,
      AppIds: query.ids && JSON.stringify(query.ids),
      CurrentPage: String(query.page),
      PageSize: String(pageSize),
    };
    return this.#read(['ListApplication', 'POST', 'app/app_list'], parameters, (body) =>
      body.items('ApplicationList', 'Application').map(readApplication),
    );
  }

  getApplication(appId: string): Promise<Application> {
    return this.#read(['GetApplication', 'POST', 'app/app_info'], { AppId: appId }, (body) =>
      readApplication(body.innerOf('Application', 'Applcation')),
    );
  }

  getK8sRuntime(appId: string): Promise<K8sRuntime> {
    const query = { AppId: appId, From: 'deploy' };
    return this.#read(['GetK8sApplication', 'GET', 'changeorder/co_application'], query, (body) =>
      readK8sRuntime(body.innerOf('Applcation', 'Application')),
    );
  }

  listDeployGroups(appId: string): Promise<readonly DeployGroup[]> {
    return this.#read(
      ['ListDeployGroup', 'POST', 'app/deploy_group_list'],
      { AppId: appId },
      (body) => body.items('DeployGroupList', 'DeployGroup').map(readDeployGroup),
    );
  }

  /** Newest first, as far as the server says when they were made. */
  listHistoryVersions(appId: string): Promise<readonly HistoryVersion[]> {
    return this.#read(
      ['ListHistoryDeployVersion', 'GET', 'app/deploy_history_version_list'],
      { AppId: appId },
      (body) =>
        body
          .items('PackageVersionList', 'PackageVersion')
          .map(readHistoryVersion)
          .filter(({ version }) => version !== '')
          .toSorted(newestFirst),
    );
  }

  /** Newest first. */
  listRecentChangeOrders(appId: string): Promise<readonly ChangeOrderSummary[]> {
    return this.#read(
      ['ListRecentChangeOrder', 'POST', 'changeorder/change_order_list'],
      { AppId: appId },
      (body) =>
        body
          .items('ChangeOrderList', 'ChangeOrder')
          .map(readChangeOrderSummary)
          .toSorted(newestFirst),
    );
  }

  getChangeOrder(changeOrderId: string): Promise<ChangeOrder> {
    return this.#read(
      ['GetChangeOrderInfo', 'POST', 'changeorder/change_order_info'],
      { ChangeOrderId: changeOrderId },
      (body) => readChangeOrder(body.innerOf('changeOrderInfo', 'ChangeOrderInfo')),
      maxOrderBytes,
    );
  }

  /** How many instances of an ECS application there are, and how many of them run and pass their check. */
  getInstanceHealth(appId: string): Promise<InstanceHealth> {
    return this.#read(
      ['QueryApplicationStatus', 'GET', 'app/app_status'],
      { AppId: appId },
      (body) => {
        const states = body
          .inner('AppInfo')
          .items('EccList', 'Ecc')
          .map((instance) => instance.optionalInteger('AppState'));
        return {
          total: states.length,
          healthy: states.filter((state) => state === healthyState).length,
        };
      },
    );
  }

  /**
   * @param groupId a group's id, or `allGroups`
   * @returns the change order's id; undefined when EDAS accepted the call and named none
   */
  deployToEcs(deployment: PackageDeployment, groupId: string): Promise<string | undefined> {
    const { batches, waitMinutes, isManual } = deployment.release;
    return this.#startOrder(['DeployApplication', 'POST', 'changeorder/co_deploy'], {
      AppId: deployment.appId,
      PackageVersion: deployment.packageVersion,
      DeployType: 'url',
      WarUrl: deployment.packageUrl,
      GroupId: groupId,
      Batch: String(batches),
      BatchWaitTime: String(waitMinutes),
      ReleaseType: isManual ? '1' : '0',
      Desc: deployment.description,
    });
  }

  /**
   * What is not sent stays as it is: environment, arguments, probes, replicas and resources never are.
   * @returns as `deployToEcs`
   */
  deployToKubernetes(
    deployment: PackageDeployment,
    { jdk, webContainer, edasContainer, baseImageUrl }: K8sRuntime,
  ): Promise<string | undefined> {
    return this.#startOrder(['DeployK8sApplication', 'POST', 'k8s/acs/k8s_apps'], {
      AppId: deployment.appId,
      PackageUrl: deployment.packageUrl,
      PackageVersion: deployment.packageVersion,
      JDK: jdk,
      WebContainer: webContainer,
      EdasContainerVersion: edasContainer,
      UserBaseImageUrl: baseImageUrl,
      UpdateStrategy: updateStrategy(deployment.release),
      ChangeOrderDesc: deployment.description,
    });
  }

  /** Deploys a stored version of an ECS application to a group. @returns as `deployToEcs` */
  rollBackEcs(appId: string, version: string, groupId: string): Promise<string | undefined> {
    return this.#startOrder(['RollbackApplication', 'POST', 'changeorder/co_rollback'], {
      AppId: appId,
      HistoryVersion: version,
      GroupId: groupId,
      Batch: '1',
      BatchWaitTime: '0',
    });
  }

  /** Deploys a stored version of a Kubernetes application. @returns as `deployToEcs` */
  rollBackKubernetes(appId: string, versionId: string): Promise<string | undefined> {
    const query = { AppId: appId, PackageVersionId: versionId };
    return this.#startOrder(['DeployK8sApplication', 'POST', 'k8s/acs/k8s_apps'], query);
  }

  /** Ends a running order and restores what it has updated. @returns as `deployToEcs` */
  abortAndRollBack(kind: ClusterKind, changeOrderId: string): Promise<string | undefined> {
    const operation: Operation =
      kind === 'ecs'
        ? ['RollbackChangeOrder', 'PUT', 'oam/changeorder/rollback']
        : ['AbortAndRollbackChangeOrder', 'PUT', 'changeorder/change_order_abort_and_rollback'];
    return this.#startOrder(operation, { ChangeOrderId: changeOrderId });
  }

  /** Ends a running order. Instances that it has updated stay updated. */
  abort(changeOrderId: string): Promise<void> {
    const query = { ChangeOrderId: changeOrderId };
    return this.#change(
      ['AbortChangeOrder', 'PUT', 'changeorder/change_order_abort'],
      query,
      () => undefined,
    );
  }

  /** Lets the waiting batch start. */
  confirmBatch(pipelineId: string): Promise<void> {
    const query = { PipelineId: pipelineId, Confirm: 'true' };
    return this.#change(
      ['ContinuePipeline', 'GET', 'changeorder/pipeline_batch_confirm'],
      query,
      () => undefined,
    );
  }

  async #read<T>(
    operation: Operation,
    query: Query,
    read: (body: JsonFields) => T,
    maxResponseBytes?: number,
  ): Promise<T> {
    const limits = { maxResponseBytes };
    try {
      return await this.#call(operation, query, 'edas:ReadApplication', limits, read);
    } catch (error) {
      // No code says so; Terraform's provider goes by the same words.
      const isNotFound =
        hasCode(error, 'edas.rejected') && /does not exist/i.test(error.facts.serverMessage ?? '');
      if (query.AppId !== undefined && isNotFound) {
        const facts = { ...error.facts, subject: query.AppId };
        throw new CodedError('deploy.applicationNotFound', facts, { cause: error });
      }
      throw error;
    }
  }

  /** @returns the change order's id; undefined when EDAS accepted the call and named none */
  #startOrder(operation: Operation, query: Query): Promise<string | undefined> {
    return this.#change(operation, query, (body) => {
      // Deploy calls name the order at the top, those that end an order within `Data`.
      const data = body.optionalInner('Data');
      return (
        optionalServerId(body, 'ChangeOrderId') ?? (data && optionalServerId(data, 'ChangeOrderId'))
      );
    });
  }

  #change<T>(operation: Operation, query: Query, read: (body: JsonFields) => T): Promise<T> {
    return this.#call(operation, query, 'edas:ManageApplication', changeLimits, read);
  }

  #call<T>(
    [action, method, path]: Operation,
    query: Query,
    ramAction: string,
    limits: EdasAction['limits'],
    read: (body: JsonFields) => T,
  ): Promise<T> {
    const pathname = `/pop/v5/${path}`;
    return this.api.call(
      this.caller,
      { action, method, pathname, query, ramAction, limits },
      (body, facts) => read(new JsonFields(body, 'edas.responseMalformed', facts)),
      this.signal,
    );
  }
}

function newestFirst(a: { createdAt?: number }, b: { createdAt?: number }): number {
  return (b.createdAt ?? 0) - (a.createdAt ?? 0);
}

/**
 * Undefined for a release to all pods at once.
 * Source: EDAS 2017-08-01, "DeployK8sApplication", UpdateStrategy.
 */
function updateStrategy({ batches, waitMinutes, isManual }: Release): string | undefined {
  if (batches === 1) {
    return undefined;
  }
  const batchUpdate = isManual
    ? { batch: batches, releaseType: 'manual' }
    : { batch: batches, releaseType: 'auto', batchWaitTime: waitMinutes };
  return JSON.stringify({ type: 'BatchUpdate', batchUpdate });
}
