import { env, window, workspace, type Memento } from 'vscode';
import type { Disposable } from '../../core/util/disposable';
import { isAbort } from '../../core/errors/catalogue';
import type { Event } from '../../core/util/emitter';
import type { Log } from '../../core/util/log';
import type { CredentialSession } from '../../core/credential/session';
import type { CurrentAccount } from '../../common/account';
import type { Commands } from '../../common/vscode/commands';
import { DisposableStore } from '../../common/vscode/disposables';
import { logFailure } from '../../common/vscode/log';
import type { Reporter } from '../../common/vscode/reporter';
import { safeWindow } from '../../common/vscode/safeWindow';
import { uncheckedTlsWarning } from '../../common/messages/uncheckedTls';
import {
  fetchOnShowSetting,
  autoRenewSetting,
  networkOf,
  settingsSection,
} from '../../common/settings/settings';
import { registerCredentialCommands } from './commands';
import { Countdown } from './countdown';
import { expiryRow } from './expiryRow';
import { AutoRenew } from './autoRenew';
import { lastCredential, type CredentialViewState } from './viewState';
import { rowsOf } from './rows';
import { StatusItem } from './statusBar';
import { statusTextOf } from './statusText';
import { registerToneColors } from './severityColors';
import { warnOfUncheckedTls } from './tlsWarning';
import { CredentialView } from './view';

export interface CredentialDeps {
  readonly accounts: CurrentAccount;
  readonly session: CredentialSession;
  readonly commands: Commands;
  readonly reporter: Reporter;
  readonly log: Log;
  /** The extension's own. */
  readonly state: Pick<Memento, 'get' | 'keys' | 'update'>;
  /** What is under way, for the hover of the status bar. */
  readonly activity: {
    readonly facts: readonly (readonly [string, string])[];
    readonly onDidChangeFacts: Event<void>;
  };
  /** Where files are that hand the credential over to a terminal. */
  readonly terminalFolder: string;
}

/** The Credential view, the status bar item and the countdown in both. */
export function registerCredential(deps: CredentialDeps): Disposable {
  const { accounts, session, log, activity } = deps;
  const disposables = new DisposableStore();
  const viewState = (): CredentialViewState => ({
    account: accounts.current,
    state: session.state,
    now: session.clock.now(),
    network: networkOf(accounts.current),
    locale: env.language,
  });
  const provider = disposables.add(
    new CredentialView(
      () => rowsOf(viewState()),
      () => expiryRow(viewState()),
    ),
  );
  const view = disposables.add(
    window.createTreeView('edasPackages.credential', { treeDataProvider: provider }),
  );
  const status = disposables.add(new StatusItem());
  const showStatus = (): void => {
    const text = statusTextOf(viewState());
    status.show(text && { ...text, facts: [...text.facts, ...activity.facts] });
  };
  const drawTime = (): void => {
    if (view.visible) {
      provider.refreshExpiry();
    }
    showStatus();
  };
  const countdown = disposables.add(new Countdown(session.clock, drawTime));
  const look = (): void =>
    countdown.setVisibility({
      view: view.visible,
      statusBar: accounts.current !== undefined,
      focused: window.state.focused,
    });
  const drawAll = (): void => {
    countdown.setCredential(lastCredential(session.state));
    look();
    provider.refresh();
    showStatus();
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

  const autoRenew = disposables.add(new AutoRenew(session, log));
  const update = (): void => autoRenew.setEnabled(autoRenewSetting() && window.state.focused);

  disposables.add(registerToneColors());
  disposables.add(
    registerCredentialCommands({ ...deps, viewState, row: (id) => provider.row(id) }),
  );
  disposables.add(session.onDidChange(drawAll));
  disposables.add(activity.onDidChangeFacts(showStatus));
  disposables.add(
    warnOfUncheckedTls(
      session,
      () => uncheckedTlsWarning(process.env),
      (warning) => void safeWindow.showWarningMessage(warning),
    ),
  );
  disposables.add(
    accounts.onDidChange(() => {
      drawAll();
      // Whoever resets the session for another account may be notified after this listener.
      queueMicrotask(fetchIfShown);
    }),
  );
  disposables.add(
    view.onDidChangeVisibility(() => {
      look();
      fetchIfShown();
    }),
  );
  disposables.add(
    window.onDidChangeWindowState(() => {
      look();
      update();
    }),
  );
  disposables.add(
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`${settingsSection}.network`)) {
        drawAll();
      }
      update();
    }),
  );
  update();
  drawAll();
  fetchIfShown();
  return disposables;
}
