import { l10n } from 'vscode';
import type { Deployment, DeploymentPlan, RollbackPlan } from '../../core/deploy';
import { planLines } from '../../common/messages/deploymentText';
import { safeWindow } from '../../common/vscode/safeWindow';

/** Names everything that will change. True when the person wants it. */
export function confirmDeploy(plan: DeploymentPlan, accountName: string): Promise<boolean> {
  return safeWindow.confirm(
    l10n.t('Deploy {0} to {1}?', plan.package.fileName, plan.application.name),
    planLines(plan, accountName).join('\n'),
    l10n.t('Deploy'),
  );
}

export function confirmAbort({ application, version }: Deployment): Promise<boolean> {
  return safeWindow.confirm(
    l10n.t('Abort the deployment of {0}?', application.name),
    [
      ...(version === undefined ? [] : [l10n.t('Version: {0}', version)]),
      l10n.t(
        'Instances that were updated already stay updated. To restore them, roll back instead.',
      ),
    ].join('\n'),
    l10n.t('Abort Deployment'),
  );
}

export function confirmRollback(plan: RollbackPlan): Promise<boolean> {
  const { application, isRunning, fromVersion, toVersion } = plan;
  return safeWindow.confirm(
    toVersion === undefined
      ? l10n.t('Roll {0} back to what was deployed before?', application.name)
      : l10n.t('Roll {0} back to version {1}?', application.name, toVersion),
    [
      ...(application.namespace === undefined
        ? []
        : [l10n.t('Namespace: {0}', application.namespace)]),
      ...(fromVersion === undefined ? [] : [l10n.t('Rolled back from: {0}', fromVersion)]),
      isRunning
        ? l10n.t('The running deployment is aborted, and instances that it updated are restored.')
        : l10n.t('This is a new deployment, in which all instances are updated in one batch.'),
    ].join('\n'),
    l10n.t('Roll Back'),
  );
}
