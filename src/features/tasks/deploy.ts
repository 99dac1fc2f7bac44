import { l10n } from 'vscode';
import type { Deployment, DeploymentPlan } from '../../core/deploy';
import { signedInAccount } from '../../common/account';
import { planLines } from '../../common/messages/deploymentText';
import type { UploadedPackage } from '../../common/objects/uploadedPackage';
import type { Uses } from '../../common/featureServices';
import { safeWindow } from '../../common/vscode/safeWindow';
import type { DeployOptions } from './definition';

/** Applications that a person has allowed this workspace's tasks to deploy to: account and id. */
const consentKey = 'edasPackages.deploy.allowedForTasks';

/**
 * Deploys what a task has uploaded, and follows that to its end.
 *
 * The file that names the application comes from the workspace, so a person allows it once, in a modal that names it.
 *
 * @returns undefined when the person does not allow it
 * @throws as `Deployments.plan` and `start`; an AbortError by the signal, after which the deployment continues
 */
export async function deployUploaded(
  { key, crc64, verified }: UploadedPackage,
  { application: idOrName, group, release, version }: DeployOptions,
  onChange: (deployment: Deployment) => void,
  {
    deployServices,
    accounts,
    workspaceState,
  }: Uses<'accounts' | 'deployServices' | 'workspaceState'>,
  signal: AbortSignal,
): Promise<Deployment | undefined> {
  const account = signedInAccount(accounts);
  const { deployments, resolve } = await deployServices.get();
  const deployed = await resolve({ key, ...(verified && { crc64 }) }, signal);
  const accountId = account.id;
  const { id: applicationId } = await deployments.findApplication(accountId, idOrName, signal);
  const request = { accountId, applicationId, package: deployed, release };
  const plan = await deployments.plan({ ...request, group, version }, signal);
  if (!(await isAllowed(plan, account.name, workspaceState))) {
    return undefined;
  }
  const { id } = await deployments.start(plan, signal);
  const report = (): void => {
    const deployment = deployments.get(id);
    if (deployment !== undefined) {
      onChange(deployment);
    }
  };
  const listener = deployments.onDidChange((change) => change.id === id && report());
  try {
    report();
    return await deployments.whenSettled(id, signal);
  } finally {
    listener.dispose();
  }
}

async function isAllowed(
  plan: DeploymentPlan,
  accountName: string,
  state: Uses<'workspaceState'>['workspaceState'],
): Promise<boolean> {
  const { accountId, application } = plan;
  const target = `${accountId}/${application.id}`;
  const allowed = (): readonly string[] => state.get<readonly string[]>(consentKey, []);
  if (allowed().includes(target)) {
    return true;
  }
  const detail = [
    ...planLines(plan, accountName),
    l10n.t('The workspace’s tasks.json names this application.'),
  ];
  const chosen = await safeWindow.choose(
    l10n.t('Let the task deploy {0} to {1}?', plan.package.fileName, application.name),
    detail.join('\n'),
    [
      [l10n.t('Deploy'), 'once'],
      [l10n.t('Deploy and Do Not Ask Again'), 'always'],
    ],
  );
  if (chosen === 'always') {
    // Read again: another task may have been allowed while the prompt was open.
    await state.update(consentKey, [...allowed(), target]);
  }
  return chosen !== undefined;
}
