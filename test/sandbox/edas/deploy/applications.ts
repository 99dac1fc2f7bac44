import { randomUUID } from 'node:crypto';

/** EDAS's numbers of cluster types. */
export const clusterTypes = { ecs: 2, selfManagedKubernetes: 3, ack: 5 } as const;

export interface SandboxGroup {
  readonly id: string;
  readonly name: string;
  /** Names and addresses of its ECS instances. */
  readonly instances: readonly { readonly name: string; readonly ip: string }[];
  version?: string;
}

export interface SandboxVersion {
  readonly id: string;
  readonly version: string;
  readonly url: string;
  /** ms since 1970. */
  readonly createdAt: number;
}

/** An application; tests may change what is not read-only. */
export interface SandboxApplication {
  readonly id: string;
  readonly name: string;
  readonly clusterType: number;
  /** `FatJar`, `War`, `Image`, or empty: never deployed. */
  kind: string;
  /** Region, or region and namespace. */
  readonly regionId: string;
  readonly k8sNamespace?: string;
  /** ECS only. */
  readonly groups: SandboxGroup[];
  /** Kubernetes: the number of pods. */
  readonly replicas: number;
  /** Kubernetes, for instance `Open JDK 8`, `apache-tomcat-8.5.42`. */
  components: readonly string[];
  /** Kubernetes application with a custom image. */
  baseImageUrl?: string;
  /** Kubernetes: -1 is no build pack. */
  buildPackId: number;
  edasContainerVersion?: string;
  readonly versions: SandboxVersion[];
  /** ECS instances that do not pass their check after a deployment. */
  unhealthy: number;
}

export interface ApplicationOptions extends Partial<
  Omit<SandboxApplication, 'groups' | 'id' | 'versions'>
> {
  readonly name: string;
  readonly id?: string;
  /** Names of groups, and how many instances each has; default: one of two. */
  readonly groups?: Readonly<Record<string, number>>;
  /** The version that is deployed at first; default: `1.0`. Empty: none. */
  readonly version?: string;
}

/** Creates an application of a kind that EDAS has. Default: a JAR application on ECS. */
export function createApplication(
  options: ApplicationOptions,
  region: string,
  now: number,
): SandboxApplication {
  const { clusterType = clusterTypes.ecs, version = '1.0', kind = 'FatJar' } = options;
  const groups = Object.entries(options.groups ?? { _DEFAULT_GROUP: 2 });
  const isEcs = clusterType === clusterTypes.ecs;
  const first = {
    id: randomUUID(),
    version,
    url: 'https://old/app.jar',
    createdAt: now - 86_400_000,
  };
  const isDeployed = version !== '' && kind !== '';
  return {
    regionId: region,
    k8sNamespace: isEcs ? undefined : 'default',
    replicas: 2,
    components: kind === 'War' ? ['Open JDK 8', 'apache-tomcat-8.5.42'] : ['Open JDK 8'],
    buildPackId: -1,
    unhealthy: 0,
    ...options,
    id: options.id ?? randomUUID(),
    clusterType,
    kind,
    versions: isDeployed ? [first] : [],
    groups: isEcs
      ? groups.map(([name, count], index) => ({
          id: randomUUID(),
          name,
          instances: Array.from({ length: count }, (_, number) => ({
            name: `ecs-${index + 1}-${number + 1}`,
            ip: `192.168.${index}.${number + 1}`,
          })),
          ...(isDeployed && { version }),
        }))
      : [],
  };
}
