import { env, l10n, window, workspace, type Memento } from 'vscode';
import type { Disposable } from '../../core/disposable';
import { isAbort } from '../../core/errors';
import type { Log } from '../../core/log';
import type { CredentialSession } from '../../core/session/session';
import type { CurrentAccount } from '../../kit/account';
import type { Commands } from '../../kit/commands';
import { Disposables } from '../../kit/disposables';
import { logFailure } from '../../kit/log';
import type { Reporter } from '../../kit/report';
import {
  fetchOnShowSetting,
  keepFreshSetting,
  networkOf,
  settingsSection,
} from '../../kit/settings';
import { registerCredentialCommands } from './commands';
import { Countdown } from './countdown';
import { expiryRow } from './expiryRow';
import { KeepFresh } from './keepFresh';
import { shownCredential, type Picture } from './picture';
import { rowsOf } from './rows';
import { StatusItem } from './statusItem';
import { statusTextOf } from './statusText';
import { registerToneColors } from './toneColors';
import { CredentialView } from './view';

export interface CredentialDeps {
  readonly accounts: CurrentAccount;
  readonly session: CredentialSession;
  readonly commands: Commands;
  readonly reporter: Reporter;
  readonly log: Log;
  /** The extension's own. */
  readonly state: Pick<Memento, 'get' | 'update'>;
}

/** The Credential view, the status bar item and the countdown in both. */
export function registerCredential(deps: CredentialDeps): Disposable {
  const { accounts, session, log } = deps;
  const ends = new Disposables();
  const picture = (): Picture => ({
    account: accounts.current,
    state: session.state,
    now: session.clock.now(),
    network: networkOf(accounts.current),
    locale: env.language,
  });
  const provider = ends.add(
    new CredentialView(
      () => rowsOf(picture(), l10n),
      () => expiryRow(picture(), l10n),
    ),
  );
  const view = ends.add(
    window.createTreeView('edasPackages.credential', { treeDataProvider: provider }),
  );
  const status = ends.add(new StatusItem());
  const drawTime = (): void => {
    if (view.visible) {
      provider.refreshExpiry();
    }
    status.show(statusTextOf(picture(), l10n));
  };
  const countdown = ends.add(new Countdown(session.clock, drawTime));
  const look = (): void =>
    countdown.seenBy({
      view: view.visible,
      statusBar: accounts.current !== undefined,
      focused: window.state.focused,
    });
  const drawAll = (): void => {
    countdown.watch(shownCredential(session.state));
    look();
    provider.refresh();
    status.show(statusTextOf(picture(), l10n));
  };

  const fetchIfShown = (): void => {
    const isWanted = view.visible && accounts.current !== undefined && fetchOnShowSetting();
    if (isWanted && session.state.kind === 'none') {
      // Nobody asked: what goes wrong is told by the view and the status bar, not by a message.
      session.fetch().catch((error: unknown) => {
        if (!isAbort(error)) {
          logFailure(log, error);
        }
      });
    }
  };

  const keepFresh = ends.add(new KeepFresh(session, log));
  const keep = (): void => keepFresh.want(keepFreshSetting() && window.state.focused);

  ends.add(registerToneColors());
  ends.add(registerCredentialCommands({ ...deps, picture, row: (id) => provider.row(id) }));
  ends.add(session.onDidChange(drawAll));
  ends.add(
    accounts.onDidChange(() => {
      drawAll();
      fetchIfShown();
    }),
  );
  ends.add(
    view.onDidChangeVisibility(() => {
      look();
      fetchIfShown();
    }),
  );
  ends.add(
    window.onDidChangeWindowState(() => {
      look();
      keep();
    }),
  );
  ends.add(
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`${settingsSection}.endpoint`)) {
        // What another endpoint lent is not what the person wants to see. Nothing is fetched by itself either: the
        // setting may be half typed.
        session.reset();
      }
      if (change.affectsConfiguration(`${settingsSection}.network`)) {
        drawAll();
      }
      keep();
    }),
  );
  keep();
  drawAll();
  fetchIfShown();
  return ends;
}
