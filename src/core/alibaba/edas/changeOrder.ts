import type { JsonFields } from '../../util/jsonFields';
import { optionalServerId, serverId, serverMessage, serverName, serverTime } from './fields';

/**
 * Status of a change order, and of its pipelines, stages, instances and tasks. 4 and 5 are not documented; a status that is
 * not in this list is neither an end nor a success. Source: EDAS 2017-08-01, "GetChangeOrderInfo".
 */
export const changeStatus = {
  ready: 0,
  running: 1,
  success: 2,
  failed: 3,
  terminated: 6,
  /** Of orders only. */
  partiallyExecuted: 7,
  waitingForConfirmation: 8,
  waitingForNextBatch: 9,
  systemFault: 10,
} as const;

/** One step on one instance or pod. */
export interface InstanceStage {
  readonly name: string;
  readonly status?: number;
  readonly message?: string;
}

/** An ECS instance or a pod. */
export interface ChangeInstance {
  readonly name: string;
  readonly ip?: string;
  /** Only of pods, for instance `CrashLoopBackOff`. */
  readonly podStatus?: string;
  readonly status?: number;
  readonly stages: readonly InstanceStage[];
}

export interface ChangeTask {
  readonly name: string;
  readonly status?: number;
  readonly message?: string;
  /** For instance `EDAS-10015`. */
  readonly errorCode?: string;
  readonly errorMessage?: string;
  /** The failure of this task does not fail the stage. */
  readonly isIgnored: boolean;
}

export interface ChangeStage {
  readonly id?: string;
  readonly name: string;
  readonly status?: number;
  readonly message?: string;
  readonly tasks: readonly ChangeTask[];
  readonly instances: readonly ChangeInstance[];
}

/** A batch. */
export interface ChangePipeline {
  /** To confirm that it may start. */
  readonly id?: string;
  readonly name: string;
  readonly status?: number;
  readonly stages: readonly ChangeStage[];
}

/** What EDAS does after a deploy call. Texts are for display, in EDAS's own words and language. */
export interface ChangeOrder {
  readonly id: string;
  /** One of `changeStatus`, or a number that is not documented. */
  readonly status: number;
  readonly description?: string;
  readonly pipelines: readonly ChangePipeline[];
}

/** An order in the list of an application's recent ones. */
export interface ChangeOrderSummary {
  readonly id: string;
  readonly status: number;
  /** What it changes; `CoDeploy` is a deployment. */
  readonly type?: string;
  readonly description?: string;
  /** `console` or `pop`, the latter for orders by API. */
  readonly source?: string;
  readonly groupId?: string;
  readonly createdAt?: number;
  readonly finishedAt?: number;
}

/** Reads `changeOrderInfo` of `GetChangeOrderInfo`. */
export function readChangeOrder(fields: JsonFields): ChangeOrder {
  const description = [
    serverMessage(fields, 'ChangeOrderDescription'),
    serverMessage(fields, 'Desc'),
  ].filter((text) => text !== undefined);
  return {
    id: serverId(fields, 'ChangeOrderId'),
    status: fields.integer('Status'),
    description: description.length === 0 ? undefined : description.join(' | '),
    pipelines: fields.items('PipelineInfoList', 'PipelineInfo').map(readPipeline),
  };
}

/** Reads an item of `ListRecentChangeOrder`. */
export function readChangeOrderSummary(fields: JsonFields): ChangeOrderSummary {
  return {
    id: serverId(fields, 'ChangeOrderId'),
    status: fields.integer('Status'),
    type: serverName(fields, 'CoTypeCode') ?? serverName(fields, 'CoType'),
    description: serverMessage(fields, 'ChangeOrderDescription'),
    source: serverName(fields, 'Source'),
    groupId: optionalServerId(fields, 'GroupId'),
    createdAt: serverTime(fields, 'CreateTime'),
    finishedAt: serverTime(fields, 'FinishTime'),
  };
}

function readPipeline(fields: JsonFields): ChangePipeline {
  return {
    id: optionalServerId(fields, 'PipelineId'),
    name: serverName(fields, 'PipelineName') ?? '',
    status: fields.optionalInteger('PipelineStatus'),
    stages: mergeStages([
      ...fields.items('StageList', 'StageInfoDTO').map(readInstanceStage),
      ...fields.items('StageDetailList', 'StageDetailDTO').map(readTaskStage),
    ]),
  };
}

/** EDAS lists the stages twice, once with their instances and once with their tasks; either list may be missing. */
function mergeStages(stages: readonly ChangeStage[]): readonly ChangeStage[] {
  const merged: ChangeStage[] = [];
  for (const stage of stages) {
    const index = merged.findIndex(({ id }) => id !== undefined && id === stage.id);
    const first = merged[index];
    if (first === undefined) {
      merged.push(stage);
    } else {
      merged[index] = {
        ...first,
        message: first.message ?? stage.message,
        tasks: [...first.tasks, ...stage.tasks],
        instances: [...first.instances, ...stage.instances],
      };
    }
  }
  return merged;
}

function readInstanceStage(fields: JsonFields): ChangeStage {
  const result = fields.optionalInner('StageResultDTO');
  const service = result?.optionalInner('ServiceStage');
  return {
    id: optionalServerId(fields, 'StageId'),
    name: serverName(fields, 'StageName') ?? '',
    status: fields.optionalInteger('Status'),
    message: service && serverMessage(service, 'Message'),
    tasks: [],
    instances: (result?.items('InstanceDTOList', 'InstanceDTO') ?? []).map(readInstance),
  };
}

function readInstance(fields: JsonFields): ChangeInstance {
  const ip = serverName(fields, 'InstanceIp');
  return {
    name: serverName(fields, 'PodName') ?? serverName(fields, 'InstanceName') ?? ip ?? '',
    ip,
    podStatus: serverName(fields, 'PodStatus'),
    status: fields.optionalInteger('Status'),
    stages: fields.items('InstanceStageDTOList', 'InstanceStageDTO').map((stage) => ({
      name: serverName(stage, 'StageName') ?? '',
      status: stage.optionalInteger('Status'),
      message: serverMessage(stage, 'StageMessage'),
    })),
  };
}

function readTaskStage(fields: JsonFields): ChangeStage {
  return {
    id: optionalServerId(fields, 'StageId'),
    name: serverName(fields, 'StageName') ?? '',
    status: fields.optionalInteger('StageStatus'),
    tasks: fields.items('TaskList', 'TaskInfoDTO').map((task) => ({
      name: serverName(task, 'TaskName') ?? '',
      status: task.optionalInteger('TaskStatus'),
      message: serverMessage(task, 'TaskMessage'),
      errorCode: optionalServerId(task, 'TaskErrorCode'),
      errorMessage: serverMessage(task, 'TaskErrorMessage'),
      isIgnored: task.optionalInteger('TaskErrorIgnorance') === 1,
    })),
    instances: [],
  };
}
