import { env, l10n, window } from 'vscode';
import type { Disposable } from '../../core/disposable';
import { CodedError } from '../../core/errors';
import type { Log } from '../../core/log';
import type { CredentialSession } from '../../core/session/session';
import type { Transfer } from '../../core/transfer/engine';
import type { Account, CurrentAccount } from '../../kit/account';
import { commandIds, type CommandId } from '../../kit/commandIds';
import type { Commands } from '../../kit/commands';
import { ContextKey } from '../../kit/contextKey';
import { Disposables } from '../../kit/disposables';
import type { Lazy } from '../../kit/lazy';
import { logFailure } from '../../kit/log';
import type { Reporter } from '../../kit/report';
import type { TransferTools } from '../../kit/transferTools';
import { copyKey, copyUrl } from './copy';
import { discard } from './discard';
import { TransferList } from './list';
import { isFinished } from './order';
import { askAbout } from './picker';
import { Redraw } from './redraw';
import { rowOf, type Row } from './row';
import { TransfersView } from './view';

export interface TransfersDeps {
  readonly tools: Lazy<TransferTools>;
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
  const ends = new Disposables();
  const list = ends.add(new TransferList(deps.tools, deps.storageFolder));
  const row = (transfer: Transfer): Row => {
    const { id, accountId } = transfer;
    const isOurs = accountId === accounts.current?.id;
    const circumstances = {
      ...{ now: Date.now(), locale: env.language, ranHere: list.ranHere(id) },
      otherAccount: isOurs ? undefined : accounts.find(accountId)?.name,
    };
    return rowOf(transfer, circumstances, l10n);
  };
  const provider = ends.add(
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
  const view = ends.add(
    window.createTreeView('edasPackages.transfers', { treeDataProvider: provider }),
  );
  const redraw = ends.add(new Redraw((what) => provider.draw(what)));
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

  ends.add(
    list.onDidChange(({ id, moved }) => {
      if (moved) {
        tellWhatWaits();
        redraw.all();
      } else {
        redraw.row(id);
      }
    }),
  );
  ends.add(accounts.onDidChange(() => redraw.all()));
  ends.add(view.onDidChangeVisibility(look));
  ends.add(window.onDidChangeWindowState(look));
  registerCommands(deps, ends, list, row);
  quietly(list.lookForInterrupted());
  look();
  return ends;
}

function registerCommands(
  deps: TransfersDeps,
  ends: Disposables,
  list: TransferList,
  row: (transfer: Transfer) => Row,
): void {
  const { tools, commands, resume } = deps;
  const leaving = new AbortController();
  ends.add({ dispose: () => leaving.abort() });
  const drop = async (transfers: readonly Transfer[]): Promise<void> => {
    const { engine } = await tools.get();
    for (const { id } of transfers) {
      await engine.forget(id);
    }
  };
  const discardAll = (transfers: readonly Transfer[]): Promise<void> =>
    discard(transfers, leaving.signal, deps);
  /** A command of a row, which VS Code names by its element. */
  const onRow = (id: CommandId, action: (transfer: Transfer) => Promise<void>): void => {
    ends.add(
      commands.register(id, async (element) => {
        const transfer = typeof element === 'string' ? list.get(element) : undefined;
        if (transfer === undefined) {
          throw new CodedError('transfer.gone');
        }
        await action(transfer);
      }),
    );
  };

  onRow(commandIds.cancelTransfer, async ({ id }) => (await tools.get()).engine.cancel(id));
  onRow(commandIds.resumeTransfer, (transfer) => resume([transfer]));
  onRow(commandIds.retryTransfer, (transfer) => resume([transfer]));
  onRow(commandIds.discardTransfer, (transfer) => discardAll([transfer]));
  onRow(commandIds.removeTransfer, (transfer) => drop([transfer]));
  onRow(commandIds.copyTransferUrl, (transfer) => copyUrl(transfer, deps));
  onRow(commandIds.copyTransferKey, copyKey);
  ends.add(commands.register(commandIds.clearTransfers, () => drop(list.all.filter(isFinished))));
  ends.add(
    commands.register(commandIds.resumeTransfers, async () => {
      await list.refresh();
      if (list.interrupted.length === 0) {
        void window.showInformationMessage(l10n.t('There are no interrupted uploads.'));
        return;
      }
      const decision = await askAbout(list.interrupted, row);
      if (decision !== undefined) {
        await (decision.kind === 'resume' ? resume : discardAll)(decision.transfers);
      }
    }),
  );
}
