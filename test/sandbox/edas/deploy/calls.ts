import { randomUUID } from 'node:crypto';

import { ServiceError } from '../../server/errors';
import type { DeployOperation } from '../../server/operations';
import { clusterTypes, type SandboxApplication } from './applications';
import { applicationDetail, applicationItem, k8sDetail, orderDetail, orderItem } from './render';
import type { SandboxDeployments } from './deployments';

type Query = Readonly<Record<string, string>>;

/** Handles a call; returns the fields of the response besides Code, Message and RequestId. */
export type DeployCall = (deployments: SandboxDeployments, query: Query) => object;

export interface DeployRoute {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly ramAction: 'edas:ManageApplication' | 'edas:ReadApplication';
  readonly call: DeployCall;
}

/** An error of EDAS itself, within an HTTP 200. */
export class BusinessError extends Error {
  constructor(
    message: string,
    readonly code = 601,
  ) {
    super(message);
  }
}

/** Methods and paths: aliyun-openapi-meta, edas/<Action>.json. */
export const deployRoutes: Readonly<Record<DeployOperation, DeployRoute>> = {
  ListApplication: reads('POST', 'app/app_list', listApplications),
  GetApplication: reads('POST', 'app/app_info', (deployments, query) =>
    applicationDetail(application(deployments, query), deployments.spelling),
  ),
  GetK8sApplication: reads('GET', 'changeorder/co_application', (deployments, query) =>
    k8sDetail(application(deployments, query), deployments.spelling),
  ),
  ListDeployGroup: reads('POST', 'app/deploy_group_list', (deployments, query) => ({
    DeployGroupList: {
      DeployGroup: application(deployments, query).groups.map(({ id, name, version }) => ({
        GroupId: id,
        GroupName: name,
        GroupType: name === '_DEFAULT_GROUP' ? 0 : 1,
        PackageVersion: version ?? '',
      })),
    },
  })),
  QueryApplicationStatus: reads('GET', 'app/app_status', (deployments, query) => {
    const { groups, unhealthy } = application(deployments, query);
    const instances = groups.flatMap((group) => group.instances);
    return {
      AppInfo: {
        EccList: {
          Ecc: instances.map(({ ip }, index) => ({ Ip: ip, AppState: index < unhealthy ? 3 : 7 })),
        },
      },
    };
  }),
  ListHistoryDeployVersion: reads(
    'GET',
    'app/deploy_history_version_list',
    (deployments, query) => ({
      PackageVersionList: {
        PackageVersion: application(deployments, query).versions.map(
          ({ id, version, url, createdAt }) => ({
            Id: id,
            PackageVersion: version,
            Type: 'url',
            WarUrl: url,
            CreateTime: createdAt,
          }),
        ),
      },
    }),
  ),
  ListRecentChangeOrder: reads('POST', 'changeorder/change_order_list', (deployments, query) => {
    const { id } = application(deployments, query);
    // The oldest first; EDAS does not document the order.
    const orders = deployments.orders.filter((each) => each.plan.applicationId === id);
    return { ChangeOrderList: { ChangeOrder: orders.map(orderItem) } };
  }),
  GetChangeOrderInfo: reads('POST', 'changeorder/change_order_info', (deployments, query) =>
    orderDetail(order(deployments, query)),
  ),
  DeployApplication: changes('POST', 'changeorder/co_deploy', deployToEcs),
  DeployK8sApplication: changes('POST', 'k8s/acs/k8s_apps', deployToKubernetes),
  RollbackApplication: changes('POST', 'changeorder/co_rollback', rollBack),
  AbortChangeOrder: changes('PUT', 'changeorder/change_order_abort', (deployments, query) => {
    const running = runningOrder(deployments, query);
    running.abort(deployments.now());
    return { Data: { ChangeOrderId: running.id }, ErrorCode: 'success' };
  }),
  RollbackChangeOrder: changes('PUT', 'oam/changeorder/rollback', (deployments, query) =>
    endAndRestore(deployments, query, true),
  ),
  AbortAndRollbackChangeOrder: changes(
    'PUT',
    'changeorder/change_order_abort_and_rollback',
    (deployments, query) => endAndRestore(deployments, query, false),
  ),
  ContinuePipeline: changes('GET', 'changeorder/pipeline_batch_confirm', (deployments, query) => {
    const id = need(query, 'PipelineId');
    if (need(query, 'Confirm') !== 'true') throw new BusinessError('Confirm must be true.');
    if (!deployments.orders.some((each) => each.confirm(id)))
      throw new BusinessError('The pipeline is not waiting for confirmation.');
    return {};
  }),
};

function reads(method: DeployRoute['method'], path: string, call: DeployCall): DeployRoute {
  return { method, path: `/pop/v5/${path}`, ramAction: 'edas:ReadApplication', call };
}

function changes(method: DeployRoute['method'], path: string, call: DeployCall): DeployRoute {
  return { method, path: `/pop/v5/${path}`, ramAction: 'edas:ManageApplication', call };
}

function listApplications(deployments: SandboxDeployments, query: Query): object {
  const page = wholeNumber(query, 'CurrentPage', 1, 10_000, 1);
  const size = Math.min(deployments.maxPageSize, wholeNumber(query, 'PageSize', 1, 10_000, 10));
  const ids = query.AppIds === undefined ? undefined : (JSON.parse(query.AppIds) as string[]);
  const found = deployments.applications.filter(
    ({ id, name }) =>
      (ids === undefined || ids.includes(id)) &&
      // EDAS also matches parts of names.
      (query.AppName === undefined || name.includes(query.AppName)),
  );
  const items = found
    .slice((page - 1) * size, page * size)
    .map((each) => applicationItem(each, deployments.runningOrder(each.id) !== undefined));
  return { ApplicationList: { Application: items } };
}

function deployToEcs(deployments: SandboxDeployments, query: Query): object {
  const target = application(deployments, query);
  if (target.clusterType !== clusterTypes.ecs)
    throw new BusinessError('The cluster type of the application is not supported.');
  const version = newVersion(target, query);
  if (need(query, 'DeployType') !== 'url') throw new BusinessError('DeployType must be url.');
  const url = need(query, 'WarUrl');
  assertKind(target, url);
  const groupId = need(query, 'GroupId');
  if (groupId !== 'all' && !target.groups.some(({ id }) => id === groupId))
    throw new BusinessError(`The group ${groupId} does not exist.`);
  const most = Math.max(...target.groups.map(({ instances }) => instances.length));
  const batches = wholeNumber(query, 'Batch', 1, most, 1);
  const waitMinutes = wholeNumber(query, 'BatchWaitTime', 0, 5, 0);
  const isManual = wholeNumber(query, 'ReleaseType', 0, 1, 0) === 1;
  return start(deployments, target, query, {
    batches,
    groupId,
    isManual,
    url,
    version,
    batchWaitMs: waitMinutes * 60_000,
    desc: query.Desc,
  });
}

function deployToKubernetes(deployments: SandboxDeployments, query: Query): object {
  const target = application(deployments, query);
  if (target.clusterType === clusterTypes.ecs)
    throw new BusinessError('The cluster type of the application is not supported.');
  if (query.PackageVersionId !== undefined) {
    const stored = target.versions.find(({ id }) => id === query.PackageVersionId);
    if (!stored) throw new BusinessError('The package version does not exist.');
    const { version } = stored;
    return start(deployments, target, query, {
      version,
      batches: 1,
      batchWaitMs: 0,
      isManual: false,
    });
  }
  const url = need(query, 'PackageUrl');
  const version = newVersion(target, query);
  assertKind(target, url);
  if (query.JDK === undefined) throw new BusinessError('JDK is required.');
  if (query.JDK === 'Custom OpenJDK' && query.UserBaseImageUrl === undefined)
    throw new BusinessError('UserBaseImageUrl is required.');
  const container = query.WebContainer ?? query.EdasContainerVersion;
  if (target.kind === 'War' && container === undefined && target.buildPackId === -1)
    throw new BusinessError('WebContainer is required.');
  const strategy = strategyOf(query, target);
  return start(deployments, target, query, {
    ...strategy,
    url,
    version,
    desc: query.ChangeOrderDesc,
  });
}

function rollBack(deployments: SandboxDeployments, query: Query): object {
  const target = application(deployments, query);
  if (target.clusterType !== clusterTypes.ecs)
    throw new BusinessError('The cluster type of the application is not supported.');
  const version = need(query, 'HistoryVersion');
  if (!target.versions.some((each) => each.version === version))
    throw new BusinessError('The history version does not exist.');
  const groupId = need(query, 'GroupId');
  wholeNumber(query, 'Batch', 1, 5, 1);
  return start(deployments, target, query, {
    version,
    groupId,
    batches: 1,
    batchWaitMs: 0,
    isManual: false,
    type: 'CoRollback',
  });
}

/** Ends a running change order and starts another that restores the previous version. */
function endAndRestore(deployments: SandboxDeployments, query: Query, isEcs: boolean): object {
  const running = runningOrder(deployments, query);
  const target = deployments.find(running.plan.applicationId)!;
  if ((target.clusterType === clusterTypes.ecs) !== isEcs)
    throw new BusinessError('The cluster type of the application is not supported.');
  running.abort(deployments.now());
  const version = target.groups[0]?.version ?? target.versions.at(-1)?.version ?? '';
  const restoring = start(deployments, target, query, {
    version,
    batches: 1,
    batchWaitMs: 0,
    isManual: false,
    type: 'CoRollback',
  });
  return { Data: restoring };
}

interface Start {
  readonly version: string;
  readonly url?: string;
  readonly batches: number;
  readonly batchWaitMs: number;
  readonly isManual: boolean;
  readonly groupId?: string;
  readonly desc?: string;
  readonly type?: string;
}

function start(
  deployments: SandboxDeployments,
  target: SandboxApplication,
  parameters: Query,
  { version, url, desc, type = 'CoDeploy', ...more }: Start,
): { ChangeOrderId: string } {
  if (deployments.runningOrder(target.id))
    throw new BusinessError('Another change process of the application is running.');
  const description = deployments.describe?.(version) ?? '';
  const created = deployments.start(target, {
    ...more,
    type,
    description,
    parameters,
    url,
    source: 'pop',
    ...(deployments.returnsDesc && { desc }),
    onSuccess: () => {
      for (const group of target.groups)
        if (!more.groupId || more.groupId === 'all' || more.groupId === group.id)
          group.version = version;
      if (url === undefined) return;
      target.kind ||= url.endsWith('.war') ? 'War' : 'FatJar';
      target.versions.push({ id: randomUUID(), version, url, createdAt: deployments.now() });
    },
  });
  return { ChangeOrderId: deployments.emptyOrderId ? '' : created.id };
}

function strategyOf(
  { UpdateStrategy: text }: Query,
  { replicas }: SandboxApplication,
): Pick<Start, 'batches' | 'batchWaitMs' | 'isManual'> {
  if (text === undefined) return { batches: 1, batchWaitMs: 0, isManual: false };
  const { type, batchUpdate } = JSON.parse(text) as {
    type: string;
    batchUpdate: { batch: number; releaseType: string; batchWaitTime?: number };
  };
  const { batch, releaseType, batchWaitTime = 0 } = batchUpdate;
  if (type !== 'BatchUpdate' || !['auto', 'manual'].includes(releaseType))
    throw new BusinessError('UpdateStrategy is invalid.');
  if (batch < 1 || batch > replicas) throw new BusinessError('The number of batches is invalid.');
  return {
    batches: batch,
    batchWaitMs: batchWaitTime * 60_000,
    isManual: releaseType === 'manual',
  };
}

/** It is not known whether the real EDAS rejects an existing version; all tools create a new one each time. */
function newVersion({ versions }: SandboxApplication, query: Query): string {
  const version = need(query, 'PackageVersion');
  if (version.length > 64) throw new BusinessError('PackageVersion is too long.');
  if (versions.some((each) => each.version === version))
    throw new BusinessError('PackageVersion exists.');
  return version;
}

function assertKind({ kind }: SandboxApplication, url: string): void {
  const isWar = /\.war$/i.test(url);
  const isJar = /\.jar$/i.test(url);
  const fits = kind === '' ? isWar || isJar : kind === 'War' ? isWar : kind === 'FatJar' && isJar;
  if (!fits) throw new BusinessError('The type of the deployment package is invalid.');
}

function application(deployments: SandboxDeployments, query: Query): SandboxApplication {
  const id = need(query, 'AppId');
  const found = deployments.find(id);
  if (!found) throw new BusinessError(`The application ${id} does not exist.`);
  return found;
}

function order(deployments: SandboxDeployments, query: Query) {
  const found = deployments.order(need(query, 'ChangeOrderId'));
  if (!found) throw new BusinessError('The change order does not exist.');
  return found;
}

function runningOrder(deployments: SandboxDeployments, query: Query) {
  const found = order(deployments, query);
  if (found.isOver) throw new BusinessError('The change order is not running.');
  return found;
}

function need(query: Query, name: string): string {
  const value = query[name];
  if (value === undefined || value === '')
    throw new ServiceError(400, `Missing${name}`, `${name} is mandatory for this action.`);
  return value;
}

function wholeNumber(query: Query, name: string, least: number, most: number, otherwise: number) {
  const text = query[name];
  if (text === undefined) return otherwise;
  if (!/^\d+$/.test(text) || Number(text) < least || Number(text) > most)
    throw new BusinessError(`${name} is invalid.`);
  return Number(text);
}
