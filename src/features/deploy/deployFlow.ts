import { l10n } from 'vscode';
import type { Application } from '../../core/alibaba/edas/application';
import {
  assertFits,
  packageKindOf,
  type Deployment,
  type DeploymentPlan,
  type DeployPackage,
  type PackageObject,
} from '../../core/deploy';
import { CodedError, hasCode } from '../../core/errors/catalogue';
import type { Account } from '../../common/account';
import type { DeployServices } from '../../common/deployServices';
import { promptObject } from '../../common/objects/promptObject';
import type { Uses } from '../../common/featureServices';
import { errorMessageOf } from '../../common/vscode/reporter';
import { focusView } from '../../common/vscode/viewIds';
import { confirmDeploy } from './confirmations';
import { pickApplication } from './pickApplication';
import { promptRelease } from './promptRelease';
import { withLateProgress } from './progress';
import { showButton } from './showButton';

export interface DeployFlowDeps
  extends
    Pick<DeployServices, 'deployments' | 'resolve'>,
    Uses<'reporter' | 'session' | 'transferServices'> {
  readonly account: Account;
  /** A deployment that the person wants to hear of. */
  readonly watch: (deployment: Deployment) => void;
  /** Follows again one that is not followed. */
  readonly resume: (deployment: Deployment) => Promise<void>;
}

/**
 * Deploys an object to an application that a person chooses: prompts, one confirmation that names everything, then the
 * deploy call. Resolves when EDAS has named the change order, or the person has left.
 *
 * @param object what is deployed; absent: prompts for that, too
 * @returns false when nothing was deployed; true also when that is uncertain
 * @throws what the calls throw
 */
export async function deployToApplication(
  object: PackageObject | undefined,
  deps: DeployFlowDeps,
): Promise<boolean> {
  const chosen = object ?? (await promptPackage(deps));
  if (chosen === undefined) {
    return false;
  }
  const deployed = await withLateProgress(l10n.t('Checking the package…'), (signal) =>
    deps.resolve(chosen, signal),
  );
  const title = l10n.t('EDAS: Deploy {0}', deployed.fileName);
  const { deployments, account } = deps;
  const accountId = account.id;
  const application = await pickApplication({ title, accountId, deployments, package: deployed });
  if (application === undefined) {
    return false;
  }
  assertFits(application, deployed);
  const running = await withLateProgress(l10n.t('Checking the application…'), (signal) =>
    deployments.findRunning(accountId, application.id, signal),
  );
  if (running !== undefined) {
    void offerToFollow(application, running, deps);
    return false;
  }
  const plan = await makePlan(title, application, deployed, deps);
  if (plan === undefined || !(await confirmDeploy(plan, account.name))) {
    return false;
  }
  return start(plan, deps);
}

async function promptPackage({
  session,
  transferServices,
}: DeployFlowDeps): Promise<PackageObject | undefined> {
  const credential = await session.current();
  const { manager } = await transferServices.get();
  await manager.loadStored();
  const key = await promptObject(
    l10n.t('EDAS: Deploy to Application'),
    credential,
    manager.transfers,
    (each) => packageKindOf(each) !== undefined,
  );
  return key === undefined ? undefined : { key };
}

async function makePlan(
  title: string,
  application: Application,
  deployed: DeployPackage,
  { deployments, account }: DeployFlowDeps,
): Promise<DeploymentPlan | undefined> {
  const groups =
    application.clusterKind === 'ecs'
      ? await withLateProgress(l10n.t('Listing the groups…'), (signal) =>
          deployments.listGroups(account.id, application.id, signal),
        )
      : [];
  const choice = await promptRelease(title, application, groups);
  if (choice === undefined) {
    return undefined;
  }
  const request = { accountId: account.id, applicationId: application.id, package: deployed };
  return withLateProgress(l10n.t('Checking the application…'), (signal) =>
    deployments.plan({ ...request, ...choice }, signal),
  );
}

/** @returns false when nothing was deployed; true also when that is uncertain */
async function start(plan: DeploymentPlan, deps: DeployFlowDeps): Promise<boolean> {
  const { deployments, reporter, watch } = deps;
  const { application } = plan;
  const title = l10n.t('Deploying to {0}: waiting for EDAS…', application.name);
  try {
    const deployment = await withLateProgress(title, (signal) => deployments.start(plan, signal));
    watch(deployment);
    void reporter.showMessage(
      'info',
      l10n.t('Deploying {0} to {1}.', plan.package.fileName, application.name),
      [showButton()],
    );
    return true;
  } catch (error) {
    // An uncertain deployment stays in the list, with the error that `start` throws.
    const left = deployments.all.find((each) => each.error === error);
    if (hasCode(error, 'deploy.inProgress') && error.facts.changeOrderId !== undefined) {
      void offerToFollow(application, error.facts.changeOrderId, deps);
      return false;
    }
    if (hasCode(error, 'deploy.uncertain') && left !== undefined) {
      const buttons = [{ label: l10n.t('Look Again'), press: () => deps.resume(left) }];
      void reporter.report(error, { buttons });
      return true;
    }
    throw error;
  }
}

/** The change order of somebody else: follow it or leave. */
async function offerToFollow(
  application: Application,
  changeOrderId: string,
  { deployments, account, reporter, watch }: DeployFlowDeps,
): Promise<void> {
  const inProgress = new CodedError('deploy.inProgress', { subject: application.name });
  await reporter.showMessage('warning', errorMessageOf(inProgress), [
    {
      label: l10n.t('Follow'),
      press: () => {
        watch(deployments.follow(account.id, application, changeOrderId));
        return focusView('deployments');
      },
    },
  ]);
}
