import { env, l10n, window } from 'vscode';
import type { Disposable } from '../../core/util/disposable';
import { CodedError } from '../../core/errors/catalogue';
import type { Log } from '../../core/util/log';
import type { CredentialSession } from '../../core/credential/session';
import type { Transfer } from '../../core/transfer/manager';
import type { Account, CurrentAccount } from '../../common/account';
import { commandIds, type CommandId } from '../../common/vscode/commandIds';
import type { Commands } from '../../common/vscode/commands';
import { ContextKey } from '../../common/vscode/contextKey';
import { DisposableStore } from '../../common/vscode/disposables';
import type { Lazy } from '../../common/vscode/lazy';
import { logFailure } from '../../common/vscode/log';
import type { Reporter } from '../../common/vscode/reporter';
import type { TransferServices } from '../../common/transferServices';
import { copyKey, copyUrl } from './copy';
import { discard } from './discard';
import { TransferList } from './model';
import { isFinished } from './sort';
import { pickInterrupted } from './pick';
import { RefreshScheduler } from './refreshScheduler';
import { rowOf, type Row } from './rows';
import { TransfersView } from './view';
import { safeWindow } from '../../common/vscode/safeWindow';

export interface TransfersDeps {
  readonly tools: Lazy<TransferServices>;
  /** Where transfers leave what must survive the window. */
  readonly storageFolder: string;
  readonly accounts: CurrentAccount & { find(id: string): Account | undefined };
  readonly session: CredentialSession;
  readonly commands: Commands;
  readonly reporter: Reporter;
  readonly log: Log;
  /** Signs in when nobody is; false when the person left. */
  readonly ensureSignedIn: () => Promise<boolean>;
  /** Goes on with transfers as an upload does: with progress, questions and a message at the end. */
  readonly resume: (transfers: readonly Transfer[]) => Promise<void>;
}

/** The Transfers view, and what can be done with transfers. */
export function registerTransfers(deps: TransfersDeps): Disposable {
  const { accounts } = deps;
  const disposables = new DisposableStore();
  const list = disposables.add(new TransferList(deps.tools, deps.storageFolder));
  const row = (transfer: Transfer): Row => {
    const { id, accountId } = transfer;
    const isOurs = accountId === accounts.current?.id;
    const circumstances = {
      ...{ now: Date.now(), locale: env.language, startedHere: list.startedHere(id) },
      otherAccount: isOurs ? undefined : accounts.find(accountId)?.name,
    };
    return rowOf(transfer, circumstances);
  };
  const provider = disposables.add(
    new TransfersView({
      get ids() {
        return list.all.map(({ id }) => id);
      },
      row: (id) => {
        const transfer = list.get(id);
        return transfer && row(transfer);
      },
    }),
  );
  const view = disposables.add(
    window.createTreeView('edasPackages.transfers', { treeDataProvider: provider }),
  );
  const redraw = disposables.add(new RefreshScheduler((what) => provider.draw(what)));
  const canClear = new ContextKey('edasPackages.canClearTransfers');
  /** Ends the walkthrough's step, whoever asked for the upload. */
  const hasUploaded = new ContextKey('edasPackages.hasUploaded');

  const tellWhatWaits = (): void => {
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
    canClear.set(list.all.some(isFinished));
    if (list.all.some(({ state }) => state === 'done')) {
      hasUploaded.set(true);
    }
  };
  // Nobody asked for these looks: what goes wrong with them goes into the log.
  const quietly = (look: Promise<void>): void => {
    look.catch((error: unknown) => logFailure(deps.log, error));
  };
  const look = (): void => {
    redraw.show(view.visible);
    if (view.visible && window.state.focused) {
      quietly(list.refresh());
    }
  };

  disposables.add(
    list.onDidChange(({ id, reordered }) => {
      if (reordered) {
        tellWhatWaits();
        redraw.all();
      } else {
        redraw.row(id);
      }
    }),
  );
  disposables.add(accounts.onDidChange(() => redraw.all()));
  disposables.add(view.onDidChangeVisibility(look));
  disposables.add(window.onDidChangeWindowState(look));
  registerCommands(deps, disposables, list, row);
  quietly(list.lookForInterrupted());
  look();
  return disposables;
}

function registerCommands(
  deps: TransfersDeps,
  disposables: DisposableStore,
  list: TransferList,
  row: (transfer: Transfer) => Row,
): void {
  const { tools, commands, resume } = deps;
  const leaving = new AbortController();
  disposables.add({ dispose: () => leaving.abort() });
  const drop = async (transfers: readonly Transfer[]): Promise<void> => {
    const { manager } = await tools.get();
    for (const { id } of transfers) {
      await manager.removeFromList(id);
    }
  };
  const discardAll = (transfers: readonly Transfer[]): Promise<void> =>
    discard(transfers, leaving.signal, deps);
  /** A command of a row, which VS Code names by its element. */
  const onRow = (id: CommandId, action: (transfer: Transfer) => Promise<void>): void => {
    disposables.add(
      commands.register(id, async (element) => {
        const transfer = typeof element === 'string' ? list.get(element) : undefined;
        if (transfer === undefined) {
          throw new CodedError('transfer.gone');
        }
        await action(transfer);
      }),
    );
  };

  onRow(commandIds.cancelTransfer, async ({ id }) => (await tools.get()).manager.cancel(id));
  onRow(commandIds.resumeTransfer, (transfer) => resume([transfer]));
  onRow(commandIds.retryTransfer, (transfer) => resume([transfer]));
  onRow(commandIds.discardTransfer, (transfer) => discardAll([transfer]));
  // The menu offers it for these alone; another extension may call it for one that can be resumed.
  onRow(commandIds.removeTransfer, (transfer) => drop([transfer].filter(isFinished)));
  onRow(commandIds.copyTransferUrl, (transfer) => copyUrl(transfer, deps));
  onRow(commandIds.copyTransferKey, copyKey);
  disposables.add(
    commands.register(commandIds.clearTransfers, () => drop(list.all.filter(isFinished))),
  );
  disposables.add(
    commands.register(commandIds.resumeTransfers, async () => {
      await list.refresh();
      if (list.interrupted.length === 0) {
        void safeWindow.showInformationMessage(l10n.t('There are no interrupted uploads.'));
        return;
      }
      const decision = await pickInterrupted(list.interrupted, row);
      if (decision !== undefined) {
        await (decision.kind === 'resume' ? resume : discardAll)(decision.transfers);
      }
    }),
  );
}
