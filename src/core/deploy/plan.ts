import { randomBytes } from 'node:crypto';
import {
  allGroups,
  type Application,
  type DeployGroup,
  type K8sRuntime,
} from '../alibaba/edas/application';
import { collectPages } from '../alibaba/edas/pages';
import { CodedError, hasCode } from '../errors/catalogue';
import type { LocalClock } from '../util/clock';
import type { EdasAccount } from './edasAccount';
import { assertPackageVersion, createPackageVersion } from './packageVersion';
import {
  releaseAtOnce,
  type DeploymentPlan,
  type DeploymentRequest,
  type DeployPackage,
  type Release,
} from './types';

/** All applications of the account in its region. @param name only those whose name has it */
export function listApplications(
  account: EdasAccount,
  name?: string,
  signal?: AbortSignal,
): Promise<readonly Application[]> {
  return collectPages((page) =>
    account.read((api, caller, each) => api.listApplications(caller, { page, name }, each), signal),
  );
}

/**
 * The application of an id. The list is read first, because only there the type of the cluster is documented; an account
 * that may use a single application may not list.
 * @throws CodedError `deploy.applicationNotFound`
 */
export async function getApplication(
  account: EdasAccount,
  id: string,
  signal?: AbortSignal,
): Promise<Application> {
  try {
    const listed = await account.read(
      (api, caller, each) => api.listApplications(caller, { page: 1, ids: [id] }, each),
      signal,
    );
    const found = listed.find((application) => application.id === id);
    if (found !== undefined) {
      return found;
    }
  } catch (error) {
    if (!hasCode(error, 'edas.noPermission')) {
      throw error;
    }
  }
  return account.read((api, caller, each) => api.getApplication(caller, id, each), signal);
}

/**
 * The application of an id or an exact name.
 * @throws CodedError `deploy.applicationNotFound`, `deploy.ambiguousName`
 */
export async function findApplication(
  account: EdasAccount,
  idOrName: string,
  signal?: AbortSignal,
): Promise<Application> {
  if (/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(idOrName)) {
    return getApplication(account, idOrName, signal);
  }
  const listed = await listApplications(account, idOrName, signal);
  const found = listed.filter(({ id, name }) => name === idOrName || id === idOrName);
  const [application] = found;
  if (application === undefined) {
    throw new CodedError('deploy.applicationNotFound', { subject: idOrName });
  }
  if (found.length > 1) {
    const namespaces = found.map(({ namespace = '?', id }) => `${namespace}: ${id}`);
    throw new CodedError('deploy.ambiguousName', {
      subject: idOrName,
      detail: namespaces.join(', '),
    });
  }
  return application;
}

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
  const runtime = await account.read(
    (api, caller, each) => api.getK8sRuntime(caller, application.id, each),
    signal,
  );
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
  // The first package decides the kind of an ECS application for good.
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
  const most = instances !== undefined && instances > 0 ? instances : 1_000;
  if (!Number.isInteger(batches) || batches < 1 || batches > most) {
    throw new CodedError('deploy.badRelease', { subject: 'batches', detail: `1–${most}` });
  }
  if (!Number.isInteger(waitMinutes) || waitMinutes < 0 || waitMinutes > 5) {
    throw new CodedError('deploy.badRelease', { subject: 'waitMinutes', detail: '0–5' });
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
  const used = await account.read(
    (api, caller, each) => api.listHistoryVersions(caller, applicationId, each),
    signal,
  );
  if (used.some((each) => each.version === version)) {
    throw new CodedError('deploy.versionUsed', { subject: version });
  }
  return version;
}

async function groupOf(
  account: EdasAccount,
  { id, name }: Application,
  wanted: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Pick<DeploymentPlan, 'group' | 'previousVersion'>> {
  const groups = await account.read(
    (api, caller, each) => api.listDeployGroups(caller, id, each),
    signal,
  );
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

/** @throws CodedError `deploy.unknownRuntime` when it is not known what the package would run in */
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
