import { l10n } from 'vscode';
import { isEnded, type Deployment } from '../../core/deploy';
import { copyText } from '../../common/vscode/clipboard';
import { safeWindow } from '../../common/vscode/safeWindow';
import { confirmAbort, confirmRollback } from './confirmations';
import type { DeployFlowDeps } from './deployFlow';
import { withLateProgress } from './progress';
import { pickApplication } from './pickApplication';
import { promptId } from './promptId';
import { deploymentRow } from './rows';

/** What an action works on: the deployment of a row, or undefined from the palette. */
type Target = Deployment | undefined;

export async function confirmNextBatch(target: Target, deps: DeployFlowDeps): Promise<void> {
  const deployment = await choose(target, deps, {
    title: l10n.t('EDAS: Confirm Next Batch'),
    isMeant: ({ state }) => state === 'waitingForConfirmation',
    none: l10n.t('No batch waits for a confirmation.'),
  });
  if (deployment !== undefined) {
    await deps.deployments.confirm(deployment.id);
    deps.watch(deployment);
    safeWindow.showStatus(
      l10n.t('Confirmed: the next batch of {0} starts.', deployment.application.name),
    );
  }
}

export async function abortDeployment(target: Target, deps: DeployFlowDeps): Promise<void> {
  const deployment = await choose(target, deps, {
    title: l10n.t('EDAS: Abort Deployment'),
    isMeant: (each) => each.changeOrderId !== undefined && !isEnded(each),
    none: l10n.t('No deployment is running.'),
  });
  if (deployment !== undefined && (await confirmAbort(deployment))) {
    deps.watch(deployment);
    await deps.deployments.abort(deployment.id);
  }
}

export async function rollBackDeployment(target: Target, deps: DeployFlowDeps): Promise<void> {
  const { deployments, watch } = deps;
  const deployment = await choose(target, deps, {
    title: l10n.t('EDAS: Roll Back'),
    isMeant: ({ changeOrderId }) => changeOrderId !== undefined,
    none: l10n.t('There is no deployment to roll back.'),
  });
  if (deployment === undefined) {
    return;
  }
  const { name } = deployment.application;
  const plan = await withLateProgress(l10n.t('Checking the application…'), (signal) =>
    deployments.planRollback(deployment.id, signal),
  );
  if (await confirmRollback(plan)) {
    const title = l10n.t('Rolling back {0}: waiting for EDAS…', name);
    watch(await withLateProgress(title, (signal) => deployments.rollBack(plan, signal)));
  }
}

/** Follows a deployment again; from the palette also one of which only the ID is known. */
export async function followDeployment(target: Target, deps: DeployFlowDeps): Promise<void> {
  const { deployments, account, watch } = deps;
  const title = l10n.t('EDAS: Follow Deployment');
  if (target !== undefined) {
    await deps.resume(target);
    return;
  }
  const application = await pickApplication({ title, accountId: account.id, deployments });
  if (application === undefined) {
    return;
  }
  const running = await withLateProgress(l10n.t('Checking the application…'), (signal) =>
    deployments.findRunning(account.id, application.id, signal),
  );
  const prompt = l10n.t(
    'No deployment of {0} is running. ID of the change order to show:',
    application.name,
  );
  const id = running ?? (await promptId(title, prompt, l10n.t('Enter the ID of a change order.')));
  if (id !== undefined) {
    watch(deployments.follow(account.id, application, id));
  }
}

export async function copyRequestId(target: Target): Promise<void> {
  await copyText((target?.error ?? target?.problem)?.facts.requestId ?? '');
}

export async function copyChangeOrderId(target: Target): Promise<void> {
  await copyText(target?.changeOrderId ?? '');
}

/** What an action without a row may work on. */
interface Choice {
  readonly title: string;
  readonly isMeant: (deployment: Deployment) => boolean;
  /** Said when there is none. */
  readonly none: string;
}

async function choose(
  target: Target,
  { deployments, account }: DeployFlowDeps,
  { title, isMeant, none }: Choice,
): Promise<Deployment | undefined> {
  if (target !== undefined) {
    return target;
  }
  const meant = deployments.all.filter((each) => each.accountId === account.id && isMeant(each));
  if (meant.length === 0) {
    void safeWindow.showInformationMessage(none);
    return undefined;
  }
  return pickDeployment(title, meant);
}

/** The only one is taken without a prompt. */
async function pickDeployment(
  title: string,
  deployments: readonly Deployment[],
): Promise<Deployment | undefined> {
  if (deployments.length === 1) {
    return deployments[0];
  }
  const now = Date.now();
  const items = deployments.map((deployment) => {
    const { label, description, icon } = deploymentRow(deployment, now);
    return {
      label,
      description,
      deployment,
      detail: deployment.changeOrderId,
      // Spinning icons are for what moves by itself.
      icon: icon.replace('~spin', ''),
    };
  });
  const options = { title, placeHolder: l10n.t('Deployment') };
  const matching = { matchOnDescription: true, matchOnDetail: true };
  return (await safeWindow.showQuickPick(items, { ...options, ...matching }))?.deployment;
}
