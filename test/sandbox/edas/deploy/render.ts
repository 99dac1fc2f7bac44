import type { SandboxApplication } from './applications';
import { status, type Pipeline, type SandboxOrder } from './orders';

/** Some fields have two names, from older and newer versions of the API. */
export type Spelling = 'new' | 'old';

export function applicationItem(application: SandboxApplication, isDeploying: boolean): object {
  const { id, name, kind, clusterType, regionId, k8sNamespace, groups, replicas } = application;
  const instances =
    groups.length > 0 ? groups.flatMap((group) => group.instances).length : replicas;
  return {
    AppId: id,
    Name: name,
    ...(kind !== '' && { ApplicationType: kind }),
    ClusterType: clusterType,
    ClusterId: '0d247b93-8d62-4e34-8a5e-1f6f2b9e0001',
    RegionId: regionId,
    ...(k8sNamespace !== undefined && { K8sNamespace: k8sNamespace }),
    Instances: instances,
    RunningInstanceCount: kind === '' ? 0 : instances,
    State: isDeploying ? 'DEPLOYING' : kind === '' ? 'STOPPED' : 'RUNNING',
    CreateTime: 1_573_627_695_779,
  };
}

/** `GetApplication` has the type of the cluster as text. */
export function applicationDetail(application: SandboxApplication, spelling: Spelling): object {
  const item = {
    ...applicationItem(application, false),
    ClusterType: `${application.clusterType}`,
  };
  return spelling === 'new' ? { Application: item } : { Applcation: item };
}

export function k8sDetail(application: SandboxApplication, spelling: Spelling): object {
  const { id, name, kind, buildPackId, edasContainerVersion, components } = application;
  const listed = components.map((key, index) => ({
    ComponentId: `${index + 4}`,
    ComponentKey: key,
    Type: key.includes('JDK') ? 'JDK' : 'TOMCAT',
  }));
  const current = application.versions.at(-1);
  return {
    Applcation: {
      App: {
        AppId: id,
        ApplicationName: name,
        ApplicationType: kind,
        BuildpackId: buildPackId,
        ...(edasContainerVersion !== undefined && { EdasContainerVersion: edasContainerVersion }),
        Instances: application.replicas,
        EnvList: { Env: [{ Name: 'plain', Value: 'value' }] },
      },
      Conf: {
        ...(application.baseImageUrl !== undefined && {
          UserBaseImageUrl: application.baseImageUrl,
        }),
      },
      DeployGroups: {
        DeployGroup: [
          {
            Components: spelling === 'new' ? { Components: listed } : { ComponentsItem: listed },
            ...(current && { PackageUrl: current.url, PackageVersion: current.version }),
          },
        ],
      },
      ...(current && { LatestVersion: { PackageVersion: current.version, Url: current.url } }),
    },
  };
}

export function orderItem(order: SandboxOrder): object {
  const { id, plan, createdAt, finishedAt } = order;
  return {
    ChangeOrderId: id,
    Status: order.status,
    CoType: plan.type === 'CoDeploy' ? 'Deploy Application' : 'Roll Back Application',
    CoTypeCode: plan.type,
    ChangeOrderDescription: plan.description,
    BatchCount: order.pipelines.length,
    BatchType: plan.isManual ? 'Manual' : 'Automatic',
    CreateTime: chinaTime(createdAt),
    ...(finishedAt !== undefined && { FinishTime: chinaTime(finishedAt) }),
    CreateUserId: 'edas_com****',
    GroupId: plan.groupId ?? '',
    Source: plan.source,
  };
}

export function orderDetail(order: SandboxOrder): object {
  const { plan } = order;
  return {
    changeOrderInfo: {
      ...orderItem(order),
      Desc: plan.desc ?? '',
      SupportRollback: true,
      PipelineInfoList: { PipelineInfo: order.pipelines.map((each) => pipelineItem(order, each)) },
    },
  };
}

function pipelineItem(order: SandboxOrder, pipeline: Pipeline): object {
  const failed = pipeline.stages.find(({ status: each }) => each !== status.success);
  const failure = order.failure && pipeline.status !== status.success ? order.failure : undefined;
  return {
    PipelineId: pipeline.id,
    PipelineName: pipeline.name,
    PipelineStatus: pipeline.status,
    StartTime: `${order.createdAt}`,
    StageList: {
      StageInfoDTO: pipeline.stages.map((stage) => ({
        StageId: stage.id,
        StageName: stage.name,
        Status: stage.status,
        StageResultDTO: {
          ServiceStage: {
            StageName: stage.name,
            Status: stage.status,
            Message: stage === failed ? (failure?.stageMessage ?? '') : '',
          },
          InstanceDTOList: {
            InstanceDTO: pipeline.instances.map(({ name, ip }) => ({
              ...(order.plan.isPod
                ? {
                    PodName: name,
                    PodStatus: stage.status === status.failed ? 'CrashLoopBackOff' : 'Running',
                  }
                : { InstanceName: name }),
              InstanceIp: ip,
              Status: stage.status,
              InstanceStageDTOList: {
                InstanceStageDTO: [
                  {
                    StageId: `${stage.id}-i`,
                    StageName: `${stage.name} on ${name}`,
                    StageMessage: stage === failed ? (failure?.instanceMessage ?? '') : '',
                    Status: stage.status,
                  },
                ],
              },
            })),
          },
        },
      })),
    },
    StageDetailList: {
      StageDetailDTO: pipeline.stages.map((stage) => ({
        StageId: stage.id,
        StageName: stage.name,
        StageStatus: stage.status,
        TaskList: {
          TaskInfoDTO: [
            {
              TaskId: `${stage.id}-t`,
              TaskName: `${stage.name} task`,
              // EDAS returns this number as text.
              TaskStatus: `${stage.status}`,
              TaskMessage: stage === failed ? (failure?.taskMessage ?? '') : '',
              TaskErrorCode: stage === failed ? (failure?.taskCode ?? '') : '',
              TaskErrorMessage: stage === failed ? (failure?.taskError ?? '') : '',
              TaskErrorIgnorance: 0,
              RetryType: 0,
              ShowManualIgnorance: false,
            },
          ],
        },
      })),
    },
  };
}

/** `2019-11-13 14:23:46`, time of China. */
function chinaTime(ms: number): string {
  return new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}
