import { commands, l10n, QuickPickItemKind } from 'vscode';
import { commandIds } from '../../common/vscode/commandIds';
import type { StatusText } from './statusText';
import { safeWindow, type PickItem } from '../../common/vscode/safeWindow';
import { viewIds } from '../../common/vscode/viewIds';

interface Action extends PickItem {
  run?(): unknown;
}

export interface ActionsContext {
  readonly status: StatusText;
  readonly hasCredential: boolean;
  /** Set while a fetch is running. */
  readonly cancelFetch?: () => void;
}

/** Shows the actions of the status bar item. */
export async function showActions({
  status,
  hasCredential,
  cancelFetch,
}: ActionsContext): Promise<void> {
  const command = (icon: string, label: string, id: string): Action => ({
    icon,
    label,
    run: () => commands.executeCommand(id),
  });
  const actions: readonly Action[] = [
    cancelFetch === undefined
      ? command(
          'refresh',
          hasCredential ? l10n.t('Renew Credential') : l10n.t('Fetch Credential'),
          commandIds.fetchCredential,
        )
      : { icon: 'circle-slash', label: l10n.t('Cancel Fetching'), run: cancelFetch },
    command('cloud-upload', l10n.t('Upload File to Package Prefix…'), commandIds.uploadFile),
    { label: l10n.t('Copy'), kind: QuickPickItemKind.Separator },
    command('database', l10n.t('Copy Bucket'), commandIds.copyBucket),
    command('folder', l10n.t('Copy Package Prefix'), commandIds.copyPrefix),
    command('link', l10n.t('Copy Object URL…'), commandIds.copyObjectUrl),
    { label: l10n.t('Account'), kind: QuickPickItemKind.Separator },
    command('account', l10n.t('Switch Account…'), commandIds.switchAccount),
    command('edit', l10n.t('Edit Account…'), commandIds.editAccount),
    command('plug', l10n.t('Test Connection…'), commandIds.testConnection),
    command('sign-out', l10n.t('Sign Out'), commandIds.signOut),
    { label: l10n.t('More'), kind: QuickPickItemKind.Separator },
    command('eye', l10n.t('Show Credential'), `${viewIds.credential}.focus`),
    command('terminal', l10n.t('Open Terminal with Credential'), commandIds.openTerminal),
    command('output', l10n.t('Show Log'), commandIds.showLog),
  ];
  const chosen = await safeWindow.showQuickPick(actions, { placeHolder: status.ariaLabel });
  await chosen?.run?.();
}
