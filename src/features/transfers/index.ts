import { l10n, window, type TreeDataProvider } from 'vscode';
import type { Disposable } from '../../core/util/disposable';
import { CodedError } from '../../core/errors/catalogue';
import type { Transfer } from '../../core/transfer/manager';
import { isFinished } from '../../core/transfer/transferState';
import type { Uses } from '../../common/featureServices';
import { copyText } from '../../common/vscode/clipboard';
import type { CommandHandler } from '../../common/vscode/commands';
import { setContext } from '../../common/vscode/contextKey';
import { DisposableStore } from '../../common/vscode/disposables';
import { logFailure } from '../../common/vscode/log';
import { createTreeItem, emptyTreeItem, safeWindow } from '../../common/vscode/safeWindow';
import { TreeRefresh } from '../../common/vscode/treeRefresh';
import { viewIds } from '../../common/vscode/viewIds';
import { copyUrl } from './copy';
import { discard } from './discard';
import { TransferList } from './model';
import { pickInterrupted } from './pick';
import { rowOf, type Row } from './rows';

export interface TransfersDeps extends Uses<
  | 'accounts'
  | 'commands'
  | 'ensureSignedIn'
  | 'log'
  | 'reporter'
  | 'session'
  | 'storageFolder'
  | 'transferServices'
> {
  /** Resumes transfers as an upload does: with progress, questions and a message at the end. */
  readonly resume: (transfers: readonly Transfer[]) => Promise<void>;
}

/** The Transfers view and the commands for transfers. */
export function registerTransfers(deps: TransfersDeps): Disposable {
  const { accounts } = deps;
  const disposables = new DisposableStore();
  const list = disposables.add(new TransferList(deps.transferServices, deps.storageFolder));
  const row = (transfer: Transfer): Row => {
    const { id, accountId } = transfer;
    const isOurs = accountId === accounts.current?.id;
    return rowOf(transfer, {
      now: Date.now(),
      startedHere: list.startedHere(id),
      otherAccount: isOurs ? undefined : accounts.find(accountId)?.name,
    });
  };
  const refresh = disposables.add(new TreeRefresh());
  /** An element is a transfer's id, so that one row can be refreshed without the others. */
  const provider: TreeDataProvider<string> = {
    onDidChangeTreeData: refresh.event,
    getChildren: (id) => (id === undefined ? list.all.map((transfer) => transfer.id) : []),
    getTreeItem: (id) => {
      const transfer = list.get(id);
      return transfer === undefined ? emptyTreeItem() : createTreeItem(row(transfer));
    },
  };
  const view = disposables.add(
    window.createTreeView(viewIds.transfers, { treeDataProvider: provider }),
  );
  const updateBadge = (): void => {
    const { length } = list.interrupted;
    view.badge =
      length === 0
        ? undefined
        : {
            value: length,
            tooltip:
              length === 1
                ? l10n.t('1 interrupted upload can be resumed or discarded')
                : l10n.t('{0} interrupted uploads can be resumed or discarded', length),
          };
    setContext('edasPackages.canClearTransfers', list.all.some(isFinished));
    if (list.all.some(({ state }) => state === 'done')) {
      // Completes the walkthrough's step, whoever started the upload.
      setContext('edasPackages.hasUploaded', true);
    }
  };
  // The person did not request these reads: a failure goes into the log only.
  const quietly = (reading: Promise<void>): void => {
    reading.catch((error: unknown) => logFailure(deps.log, error));
  };
  const refreshIfShown = (): void => {
    if (view.visible && window.state.focused) {
      quietly(list.refresh());
    }
  };

  disposables.addAll(
    list.onDidChange((id) => {
      if (id === undefined) {
        updateBadge();
      }
      refresh.changed(id);
    }),
    accounts.onDidChange(() => refresh.changed(undefined)),
    view.onDidChangeVisibility(refreshIfShown),
    window.onDidChangeWindowState(refreshIfShown),
    registerCommands(deps, list, row),
  );
  quietly(list.loadInterrupted());
  refreshIfShown();
  return disposables;
}

function registerCommands(
  deps: TransfersDeps,
  list: TransferList,
  row: (transfer: Transfer) => Row,
): Disposable {
  const { transferServices, commands, resume } = deps;
  const disposables = new DisposableStore();
  const disposed = new AbortController();
  const remove = async (transfers: readonly Transfer[]): Promise<void> => {
    const { manager } = await transferServices.get();
    for (const { id } of transfers) {
      await manager.removeFromList(id);
    }
  };
  const discardAll = (transfers: readonly Transfer[]): Promise<void> =>
    discard(transfers, disposed.signal, deps);
  const resumeOne = (transfer: Transfer): Promise<void> => resume([transfer]);
  /** A command of a row, which VS Code names by its element. */
  const onRow =
    (action: (transfer: Transfer) => unknown): CommandHandler =>
    (element) => {
      const transfer = typeof element === 'string' ? list.get(element) : undefined;
      if (transfer === undefined) {
        throw new CodedError('transfer.gone');
      }
      return action(transfer);
    };

  disposables.addAll(
    { dispose: () => disposed.abort() },
    commands.registerAll({
      cancelTransfer: onRow(async ({ id }) => (await transferServices.get()).manager.cancel(id)),
      resumeTransfer: onRow(resumeOne),
      retryTransfer: onRow(resumeOne),
      discardTransfer: onRow((transfer) => discardAll([transfer])),
      // The menu offers it for finished ones only; another extension may call it for one that can be resumed.
      removeTransfer: onRow((transfer) => remove([transfer].filter(isFinished))),
      copyTransferUrl: onRow((transfer) => copyUrl(transfer, deps)),
      copyTransferKey: onRow(({ key }) => copyText(key)),
      clearTransfers: () => remove(list.all.filter(isFinished)),
      resumeTransfers: async () => {
        await list.refresh();
        if (list.interrupted.length === 0) {
          void safeWindow.showInformationMessage(l10n.t('There are no interrupted uploads.'));
          return;
        }
        const decision = await pickInterrupted(list.interrupted, row);
        if (decision !== undefined) {
          await (decision.kind === 'resume' ? resume : discardAll)(decision.transfers);
        }
      },
    }),
  );
  return disposables;
}
