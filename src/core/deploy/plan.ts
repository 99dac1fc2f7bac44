import { randomBytes } from 'node:crypto';
import {
  allGroups,
  type Application,
  type DeployGroup,
  type K8sRuntime,
} from '../alibaba/edas/application';
import { CodedError } from '../errors/catalogue';
import type { LocalClock } from '../util/clock';
import { isPrintable } from '../util/displayText';
import { getApplication } from './applications';
import type { EdasAccount } from './edasAccount';
import {
  maxBatches,
  maxWaitMinutes,
  releaseAtOnce,
  type DeploymentPlan,
  type DeploymentRequest,
  type DeployPackage,
  type Release,
} from './types';

/**
 * Checks a request against the application as it is now. Changes nothing.
 * @throws CodedError `deploy.*`; what the calls throw
 */
export async function planDeployment(
  account: EdasAccount,
  request: DeploymentRequest,
  clock: LocalClock,
  signal?: AbortSignal,
): Promise<DeploymentPlan> {
  const { accountId, package: deployed, release = releaseAtOnce } = request;
  const application = await getApplication(account, request.applicationId, signal);
  assertFits(application, deployed);
  assertRelease(release, application);
  const version = await chooseVersion(account, request, clock, signal);
  const common = { accountId, application, package: deployed, release, version };
  if (application.clusterKind === 'ecs') {
    return { ...common, ...(await groupOf(account, application, request.group, signal)) };
  }
  const runtime = await account.read((edas) => edas.getK8sRuntime(application.id), signal);
  return {
    ...common,
    runtime: runtimeFor(runtime, deployed, application),
    previousVersion: runtime.version,
  };
}

/**
 * @throws CodedError `deploy.unsupportedCluster`, `deploy.imageApplication`, `deploy.wrongKind`, `deploy.otherRegion`
 */
export function assertFits(application: Application, deployed: DeployPackage): void {
  const { name: subject, clusterKind, kind, namespace } = application;
  if (clusterKind === 'unknown') {
    throw new CodedError('deploy.unsupportedCluster', { subject });
  }
  if (kind === 'image') {
    throw new CodedError('deploy.imageApplication', { subject });
  }
  // The first package decides the kind of an ECS application permanently.
  if (kind !== deployed.kind && kind !== 'none') {
    throw new CodedError('deploy.wrongKind', {
      subject,
      detail: kind,
      file: deployed.fileName,
    });
  }
  const [region] = namespace?.split(':') ?? [];
  if (region !== undefined && region !== deployed.regionId) {
    throw new CodedError('deploy.otherRegion', {
      subject,
      detail: region,
      file: deployed.fileName,
    });
  }
}

/** @throws CodedError `deploy.badRelease` */
function assertRelease({ batches, waitMinutes }: Release, { instances }: Application): void {
  const most = instances !== undefined && instances > 0 ? instances : maxBatches;
  if (!Number.isInteger(batches) || batches < 1 || batches > most) {
    throw new CodedError('deploy.badRelease', { subject: 'batches', detail: `1–${most}` });
  }
  if (!Number.isInteger(waitMinutes) || waitMinutes < 0 || waitMinutes > maxWaitMinutes) {
    const detail = `0–${maxWaitMinutes}`;
    throw new CodedError('deploy.badRelease', { subject: 'waitMinutes', detail });
  }
}

async function chooseVersion(
  account: EdasAccount,
  { version, applicationId, package: deployed }: DeploymentRequest,
  clock: LocalClock,
  signal: AbortSignal | undefined,
): Promise<string> {
  if (version === undefined) {
    const label = deployed.fileName.replace(/\.[^.]*$/, '');
    return createPackageVersion(label, clock(), randomBytes(3).toString('hex'));
  }
  assertPackageVersion(version);
  const used = await account.read((edas) => edas.listHistoryVersions(applicationId), signal);
  if (used.some((each) => each.version === version)) {
    throw new CodedError('deploy.versionUsed', { subject: version });
  }
  return version;
}

/** EDAS refuses longer ones; characters. Source: EDAS 2017-08-01, "DeployApplication", PackageVersion. */
const maxVersionLength = 64;

/**
 * A version that no other deployment has: by it the change order is found when the response to a deploy call is lost.
 * @param label cut where the rest needs the room
 * @param now ms since 1970
 * @param random six or more random letters and digits
 */
export function createPackageVersion(label: string, now: number, random: string): string {
  const stamp = new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  const suffix = `-${stamp}-${random.slice(0, 6)}`;
  const plain = label.replace(/[^\w.-]+/g, '_');
  return plain.slice(0, maxVersionLength - suffix.length) + suffix;
}

/** @throws CodedError `deploy.badVersion` */
function assertPackageVersion(version: string): void {
  if (version.trim() === '' || version.length > maxVersionLength || !isPrintable(version)) {
    throw new CodedError('deploy.badVersion', { subject: version });
  }
}

async function groupOf(
  account: EdasAccount,
  { id, name }: Application,
  wanted: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Pick<DeploymentPlan, 'group' | 'previousVersion'>> {
  const groups = await account.read((edas) => edas.listDeployGroups(id), signal);
  if (wanted === undefined || wanted === allGroups) {
    return { previousVersion: commonVersion(groups) };
  }
  const group = groups.find((each) => each.id === wanted || each.name === wanted);
  if (group === undefined) {
    throw new CodedError('deploy.groupNotFound', { subject: wanted, detail: name });
  }
  return { group, previousVersion: group.version };
}

function commonVersion(groups: readonly DeployGroup[]): string | undefined {
  const [first, ...others] = new Set(groups.map(({ version }) => version));
  return others.length === 0 ? first : undefined;
}

/** @throws CodedError `deploy.unknownRuntime` when EDAS does not name the JDK that the package would run in */
function runtimeFor(
  runtime: K8sRuntime,
  { kind }: DeployPackage,
  { name: subject }: Application,
): K8sRuntime {
  const { jdk, baseImageUrl, webContainer, edasContainer } = runtime;
  if (jdk === undefined && baseImageUrl === undefined) {
    throw new CodedError('deploy.unknownRuntime', { subject });
  }
  return {
    ...(jdk === undefined ? { jdk: 'Custom OpenJDK', baseImageUrl } : { jdk }),
    ...(kind === 'war' && { webContainer, edasContainer }),
  };
}
