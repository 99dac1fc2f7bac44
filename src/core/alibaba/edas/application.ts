import type { JsonFields } from '../../util/jsonFields';
import { optionalServerId, serverId, serverName, serverTime } from './fields';

/** What an application runs on; `unknown`: something that packages cannot be deployed to. */
export type ClusterKind = 'ecs' | 'kubernetes' | 'unknown';

/** What an application is deployed from; `none`: nothing was deployed yet, so that the first package decides. */
export type ApplicationKind = 'jar' | 'war' | 'image' | 'none' | 'unknown';

/** An EDAS application. Texts are for display; only the id is sent back. */
export interface Application {
  readonly id: string;
  readonly name: string;
  readonly clusterKind: ClusterKind;
  readonly kind: ApplicationKind;
  /** Region, or region and namespace: `cn-beijing` is the region's default namespace, `cn-beijing:prod` is another. */
  readonly namespace?: string;
  readonly k8sNamespace?: string;
  /** How many instances or pods there should be, and how many run. */
  readonly instances?: number;
  readonly runningInstances?: number;
  /** `RUNNING`, `STOPPED`, `DEPLOYING` or `DELETING`. */
  readonly state?: string;
}

/** A group of instances of an ECS application. */
export interface DeployGroup {
  readonly id: string;
  readonly name: string;
  /** What is deployed there. */
  readonly version?: string;
}

/** The id that means all groups of an ECS application in a deploy call. */
export const allGroups = 'all';

/** A version that was deployed once. */
export interface HistoryVersion {
  /** For Kubernetes, to deploy it again. */
  readonly id?: string;
  /** For ECS, to deploy it again. */
  readonly version: string;
  /** See `serverTime`: good for sorting only. */
  readonly createdAt?: number;
}

/** What the packages of a Kubernetes application run in; each deploy call must name it again. */
export interface K8sRuntime {
  /** For instance `Open JDK 8`. */
  readonly jdk?: string;
  /** For instance `apache-tomcat-8.5.42`; WAR only. */
  readonly webContainer?: string;
  /** EDAS Container; WAR of HSF only. */
  readonly edasContainer?: string;
  /** Of an application whose JDK is in an image of its own. */
  readonly baseImageUrl?: string;
  /** What is deployed. */
  readonly version?: string;
}

/** Reads an application of `ListApplication` or `GetApplication`. */
export function readApplication(fields: JsonFields): Application {
  return {
    id: serverId(fields, 'AppId'),
    name: serverName(fields, 'Name') ?? serverId(fields, 'AppId'),
    clusterKind: clusterKind(fields.optionalText('ClusterType')),
    kind: applicationKind(fields.optionalText('ApplicationType')),
    namespace: serverName(fields, 'RegionId'),
    k8sNamespace: serverName(fields, 'K8sNamespace'),
    instances: fields.optionalInteger('Instances') ?? fields.optionalInteger('InstanceCount'),
    runningInstances: fields.optionalInteger('RunningInstanceCount'),
    state: serverName(fields, 'State'),
  };
}

export function readDeployGroup(fields: JsonFields): DeployGroup {
  const id = serverId(fields, 'GroupId');
  return {
    id,
    name: serverName(fields, 'GroupName') ?? id,
    version: fields.optionalText('PackageVersion'),
  };
}

export function readHistoryVersion(fields: JsonFields): HistoryVersion {
  return {
    id: optionalServerId(fields, 'Id'),
    version: fields.optionalText('PackageVersion') ?? '',
    createdAt: serverTime(fields, 'CreateTime'),
  };
}

/** Reads the value `Applcation` of `GetK8sApplication`. */
export function readK8sRuntime(fields: JsonFields): K8sRuntime {
  const app = fields.optionalInner('App');
  const [group] = fields.items('DeployGroups', 'DeployGroup');
  const components = (group?.items('Components', 'Components', 'ComponentsItem') ?? [])
    .map((each) => each.optionalText('ComponentKey'))
    .filter((key) => key !== undefined);
  const buildPack = app?.optionalInteger('BuildpackId') ?? -1;
  return {
    jdk: components.find((key) => key.startsWith('Open JDK')),
    // With a build pack, the web container is EDAS's own.
    webContainer:
      buildPack === -1 ? components.find((key) => key.startsWith('apache-tomcat-')) : undefined,
    edasContainer: buildPack === -1 ? undefined : app?.optionalText('EdasContainerVersion'),
    baseImageUrl: fields.optionalInner('Conf')?.optionalText('UserBaseImageUrl'),
    version:
      group?.optionalText('PackageVersion') ??
      fields.optionalInner('LatestVersion')?.optionalText('PackageVersion'),
  };
}

/** 2: ECS, 3: a self-managed Kubernetes cluster, 5: a cluster of ACK. */
function clusterKind(type: string | undefined): ClusterKind {
  if (type === '2') {
    return 'ecs';
  }
  return type === '3' || type === '5' ? 'kubernetes' : 'unknown';
}

function applicationKind(type: string | undefined): ApplicationKind {
  switch (type?.toLowerCase()) {
    case undefined:
      return 'none';
    case 'fatjar':
      return 'jar';
    case 'war':
      return 'war';
    case 'image':
      return 'image';
    default:
      return 'unknown';
  }
}
