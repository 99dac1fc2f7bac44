import { l10n } from 'vscode';
import type { Button } from '../../common/vscode/reporter';
import { focusView } from '../../common/vscode/viewIds';

export function showButton(): Button {
  return { label: l10n.t('Show Deployments'), press: () => focusView('deployments') };
}
