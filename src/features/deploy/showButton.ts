import { commands, l10n } from 'vscode';
import { deploymentsId } from '../../common/deploymentsId';
import type { Button } from '../../common/vscode/reporter';

export function showButton(): Button {
  return {
    label: l10n.t('Show Deployments'),
    press: () => commands.executeCommand(`${deploymentsId}.focus`),
  };
}
