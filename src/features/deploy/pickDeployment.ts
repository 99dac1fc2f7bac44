import { l10n } from 'vscode';
import type { Deployment } from '../../core/deploy';
import { safeWindow } from '../../common/vscode/safeWindow';
import { deploymentRow } from './rows';

/** Prompts for one of several deployments; the only one is taken without a prompt. Undefined when the person left. */
export async function pickDeployment(
  title: string,
  deployments: readonly Deployment[],
): Promise<Deployment | undefined> {
  const [first, ...others] = deployments;
  if (others.length === 0) {
    return first;
  }
  const now = Date.now();
  const items = deployments.map((deployment) => {
    const { label, description, icon } = deploymentRow(deployment, now);
    return {
      ...{ label, description, deployment },
      // Spinning icons are for what moves by itself.
      icon: icon.replace('~spin', ''),
      detail: deployment.changeOrderId,
    };
  });
  const placeHolder = l10n.t('Deployment');
  const options = { title, placeHolder, matchOnDescription: true, matchOnDetail: true };
  return (await safeWindow.showQuickPick(items, options))?.deployment;
}
