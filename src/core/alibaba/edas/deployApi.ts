import { CodedError, hasCode, type ErrorFacts } from '../../errors/catalogue';
import { JsonFields } from '../../util/jsonFields';
import {
  readApplication,
  readDeployGroup,
  readK8sRuntime,
  type Application,
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
import type { EdasAction, EdasApi, EdasRequest } from './edasApi';
import { optionalServerId, serverTime } from './fields';

/** How a deploy call rolls out an ECS application. Parameters as EDAS names them. */
export interface EcsDeployment {
  readonly appId: string;
  readonly packageVersion: string;
  readonly packageUrl: string;
  /** A group's id, or `allGroups`. */
  readonly groupId: string;
  /** Batches per group, 1 or more. */
  readonly batches: number;
  /** Between two batches, minutes, 0 to 5. */
  readonly batchWaitMinutes: number;
  /** Each batch but the first waits until a person confirms it. */
  readonly isManual: boolean;
  readonly description: string;
}

/** How a deploy call rolls out a Kubernetes application. */
export interface K8sDeployment {
  readonly appId: string;
  readonly packageVersion: string;
  readonly packageUrl: string;
  readonly runtime: K8sRuntime;
  /** Absent: all pods at once. */
  readonly batches?: number;
  readonly batchWaitMinutes: number;
  readonly isManual: boolean;
  readonly description: string;
}

const pageSize = 50;

const changeLimits = { stallMs: 60_000, deadlineMs: 60_000, sendOnce: true };
/** An order of hundreds of instances has long lists. Bytes. */
const maxOrderBytes = 4 * 1024 * 1024;

function reads(
  action: string,
  method: EdasAction['method'],
  path: string,
  maxResponseBytes?: number,
): EdasAction {
  const limits = { maxResponseBytes };
  return { action, method, pathname: `/pop/v5/${path}`, ramAction: 'edas:ReadApplication', limits };
}

function changes(action: string, method: EdasAction['method'], path: string): EdasAction {
  const ramAction = 'edas:ManageApplication';
  return { action, method, pathname: `/pop/v5/${path}`, ramAction, limits: changeLimits };
}

/**
 * The calls of the EDAS API around a deployment. Each is sent once; those that change something must not be repeated after
 * a failure that leaves open whether the server did it (`isAmbiguous`). What they throw:
 * CodedError `edas.*`, `answer.*`, `network.*`, an `AbortError`.
 * Source: EDAS 2017-08-01, the page of each action.
 */
export class EdasDeployApi {
  constructor(private readonly api: EdasApi) {}

  /**
   * One page of the account's applications in this region; see `collectPages`.
   * @param page from 1 on
   * @param name only those whose name matches; the server decides what matches
   * @param ids only those
   */
  listApplications(
    caller: EdasRequest,
    {
      page,
      name,
      ids,
    }: { readonly page: number; readonly name?: string; readonly ids?: readonly string[] },
    signal?: AbortSignal,
  ): Promise<readonly Application[]> {
    const action = reads('ListApplication', 'POST', 'app/app_list');
    const query = {
      ...(name !== undefined && { AppName: name }),
      ...(ids !== undefined && { AppIds: JSON.stringify(ids) }),
      CurrentPage: String(page),
      PageSize: String(pageSize),
    };
    return this.#call(caller, action, query, signal, (body) =>
      body.items('ApplicationList', 'Application').map(readApplication),
    );
  }

  /** @throws CodedError also `deploy.applicationNotFound` */
  getApplication(caller: EdasRequest, appId: string, signal?: AbortSignal): Promise<Application> {
    const action = reads('GetApplication', 'POST', 'app/app_info');
    return this.#ofApplication(caller, action, { AppId: appId }, signal, (body) =>
      readApplication(body.innerOf('Application', 'Applcation')),
    );
  }

  /** @throws CodedError also `deploy.applicationNotFound` */
  getK8sRuntime(caller: EdasRequest, appId: string, signal?: AbortSignal): Promise<K8sRuntime> {
    const action = reads('GetK8sApplication', 'GET', 'changeorder/co_application');
    return this.#ofApplication(caller, action, { AppId: appId, From: 'deploy' }, signal, (body) =>
      readK8sRuntime(body.innerOf('Applcation', 'Application')),
    );
  }

  listDeployGroups(
    caller: EdasRequest,
    appId: string,
    signal?: AbortSignal,
  ): Promise<readonly DeployGroup[]> {
    const action = reads('ListDeployGroup', 'POST', 'app/deploy_group_list');
    return this.#ofApplication(caller, action, { AppId: appId }, signal, (body) =>
      body.items('DeployGroupList', 'DeployGroup').map(readDeployGroup),
    );
  }

  /** Newest first, as far as the server says when they were made. */
  listHistoryVersions(
    caller: EdasRequest,
    appId: string,
    signal?: AbortSignal,
  ): Promise<readonly HistoryVersion[]> {
    const action = reads('ListHistoryDeployVersion', 'GET', 'app/deploy_history_version_list');
    return this.#ofApplication(caller, action, { AppId: appId }, signal, (body) =>
      body
        .items('PackageVersionList', 'PackageVersion')
        .map((item) => ({
          id: optionalServerId(item, 'Id'),
          version: item.optionalText('PackageVersion') ?? '',
          createdAt: serverTime(item, 'CreateTime'),
        }))
        .filter(({ version }) => version !== '')
        .toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0)),
    );
  }

  /** Newest first. */
  listRecentChangeOrders(
    caller: EdasRequest,
    appId: string,
    signal?: AbortSignal,
  ): Promise<readonly ChangeOrderSummary[]> {
    const action = reads('ListRecentChangeOrder', 'POST', 'changeorder/change_order_list');
    return this.#ofApplication(caller, action, { AppId: appId }, signal, (body) =>
      body
        .items('ChangeOrderList', 'ChangeOrder')
        .map(readChangeOrderSummary)
        .toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0)),
    );
  }

  getChangeOrder(
    caller: EdasRequest,
    changeOrderId: string,
    signal?: AbortSignal,
  ): Promise<ChangeOrder> {
    const path = 'changeorder/change_order_info';
    const action = reads('GetChangeOrderInfo', 'POST', path, maxOrderBytes);
    return this.#call(caller, action, { ChangeOrderId: changeOrderId }, signal, (body) =>
      readChangeOrder(body.innerOf('changeOrderInfo', 'ChangeOrderInfo')),
    );
  }

  /** How many instances of an ECS application there are, and how many of them run and pass their check. */
  getInstanceHealth(
    caller: EdasRequest,
    appId: string,
    signal?: AbortSignal,
  ): Promise<InstanceHealth> {
    const action = reads('QueryApplicationStatus', 'GET', 'app/app_status');
    return this.#ofApplication(caller, action, { AppId: appId }, signal, (body) => {
      const states = body
        .inner('AppInfo')
        .items('EccList', 'Ecc')
        .map((instance) => instance.optionalInteger('AppState'));
      return { total: states.length, healthy: states.filter((state) => state === 7).length };
    });
  }

  /** @returns the change order's id; undefined when EDAS accepted the call and named none */
  deployToEcs(
    caller: EdasRequest,
    deployment: EcsDeployment,
    signal?: AbortSignal,
  ): Promise<string | undefined> {
    const action = changes('DeployApplication', 'POST', 'changeorder/co_deploy');
    const query = {
      AppId: deployment.appId,
      PackageVersion: deployment.packageVersion,
      DeployType: 'url',
      WarUrl: deployment.packageUrl,
      GroupId: deployment.groupId,
      Batch: String(deployment.batches),
      BatchWaitTime: String(deployment.batchWaitMinutes),
      ReleaseType: deployment.isManual ? '1' : '0',
      Desc: deployment.description,
    };
    return this.#call(caller, action, query, signal, readNewOrder);
  }

  /**
   * What is not sent stays as it is: environment, arguments, probes, replicas and resources never are.
   * @returns as `deployToEcs`
   */
  deployToKubernetes(
    caller: EdasRequest,
    deployment: K8sDeployment,
    signal?: AbortSignal,
  ): Promise<string | undefined> {
    const action = changes('DeployK8sApplication', 'POST', 'k8s/acs/k8s_apps');
    const { jdk, webContainer, edasContainer, baseImageUrl } = deployment.runtime;
    const query = {
      AppId: deployment.appId,
      PackageUrl: deployment.packageUrl,
      PackageVersion: deployment.packageVersion,
      ...(jdk !== undefined && { JDK: jdk }),
      ...(webContainer !== undefined && { WebContainer: webContainer }),
      ...(edasContainer !== undefined && { EdasContainerVersion: edasContainer }),
      ...(baseImageUrl !== undefined && { UserBaseImageUrl: baseImageUrl }),
      ...(deployment.batches !== undefined && { UpdateStrategy: updateStrategy(deployment) }),
      ChangeOrderDesc: deployment.description,
    };
    return this.#call(caller, action, query, signal, readNewOrder);
  }

  /** Deploys a stored version of an ECS application to a group. @returns as `deployToEcs` */
  rollBackEcs(
    caller: EdasRequest,
    { appId, version, groupId }: { appId: string; version: string; groupId: string },
    signal?: AbortSignal,
  ): Promise<string | undefined> {
    const action = changes('RollbackApplication', 'POST', 'changeorder/co_rollback');
    const query = {
      AppId: appId,
      HistoryVersion: version,
      GroupId: groupId,
      Batch: '1',
      BatchWaitTime: '0',
    };
    return this.#call(caller, action, query, signal, readNewOrder);
  }

  /** Deploys a stored version of a Kubernetes application. @returns as `deployToEcs` */
  rollBackKubernetes(
    caller: EdasRequest,
    { appId, versionId }: { appId: string; versionId: string },
    signal?: AbortSignal,
  ): Promise<string | undefined> {
    const action = changes('DeployK8sApplication', 'POST', 'k8s/acs/k8s_apps');
    const query = { AppId: appId, PackageVersionId: versionId };
    return this.#call(caller, action, query, signal, readNewOrder);
  }

  /** Ends a running order. Instances that it has updated stay updated. */
  async abort(caller: EdasRequest, changeOrderId: string, signal?: AbortSignal): Promise<void> {
    const action = changes('AbortChangeOrder', 'PUT', 'changeorder/change_order_abort');
    await this.#call(caller, action, { ChangeOrderId: changeOrderId }, signal, () => undefined);
  }

  /** Ends a running order of an ECS application and restores what it has updated. @returns as `deployToEcs` */
  abortAndRollBackEcs(
    caller: EdasRequest,
    changeOrderId: string,
    signal?: AbortSignal,
  ): Promise<string | undefined> {
    const action = changes('RollbackChangeOrder', 'PUT', 'oam/changeorder/rollback');
    return this.#call(caller, action, { ChangeOrderId: changeOrderId }, signal, readNewOrder);
  }

  /** The same for Kubernetes. @returns as `deployToEcs` */
  abortAndRollBackKubernetes(
    caller: EdasRequest,
    changeOrderId: string,
    signal?: AbortSignal,
  ): Promise<string | undefined> {
    const path = 'changeorder/change_order_abort_and_rollback';
    const action = changes('AbortAndRollbackChangeOrder', 'PUT', path);
    return this.#call(caller, action, { ChangeOrderId: changeOrderId }, signal, readNewOrder);
  }

  /** Lets the batch start that waits for it. */
  async confirmBatch(caller: EdasRequest, pipelineId: string, signal?: AbortSignal): Promise<void> {
    const action = changes('ContinuePipeline', 'GET', 'changeorder/pipeline_batch_confirm');
    const query = { PipelineId: pipelineId, Confirm: 'true' };
    await this.#call(caller, action, query, signal, () => undefined);
  }

  async #ofApplication<T>(
    caller: EdasRequest,
    action: EdasAction,
    query: Readonly<Record<string, string>> & { readonly AppId: string },
    signal: AbortSignal | undefined,
    read: (body: JsonFields) => T,
  ): Promise<T> {
    try {
      return await this.#call(caller, action, query, signal, read);
    } catch (error) {
      // No code tells it; Terraform's provider goes by the same words.
      if (
        hasCode(error, 'edas.rejected') &&
        /does not exist/i.test(error.facts.serverMessage ?? '')
      ) {
        const facts = { ...error.facts, subject: query.AppId };
        throw new CodedError('deploy.applicationNotFound', facts, { cause: error });
      }
      throw error;
    }
  }

  #call<T>(
    caller: EdasRequest,
    action: EdasAction,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal | undefined,
    read: (body: JsonFields) => T,
  ): Promise<T> {
    return this.api.call(
      caller,
      { ...action, query },
      (body, facts: ErrorFacts) => read(new JsonFields(body, 'edas.answerMalformed', facts)),
      signal,
    );
  }
}

export interface InstanceHealth {
  readonly total: number;
  readonly healthy: number;
}

/** Deploy calls name the order at the top, those that end an order within `Data`. */
function readNewOrder(body: JsonFields): string | undefined {
  const data = body.optionalInner('Data');
  return (
    optionalServerId(body, 'ChangeOrderId') ?? (data && optionalServerId(data, 'ChangeOrderId'))
  );
}

/** Source: EDAS 2017-08-01, "DeployK8sApplication", UpdateStrategy. */
function updateStrategy({ batches, batchWaitMinutes, isManual }: K8sDeployment): string {
  const batchUpdate = isManual
    ? { batch: batches, releaseType: 'manual' }
    : { batch: batches, releaseType: 'auto', batchWaitTime: batchWaitMinutes };
  return JSON.stringify({ type: 'BatchUpdate', batchUpdate });
}
