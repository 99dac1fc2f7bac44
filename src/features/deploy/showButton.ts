import { commands, l10n } from 'vscode';
import type { Button } from '../../common/vscode/reporter';

export const viewId = 'edasPackages.deployments';

export function showButton(): Button {
  return {
    label: l10n.t('Show Deployments'),
    press: () => commands.executeCommand(`${viewId}.focus`),
  };
}
