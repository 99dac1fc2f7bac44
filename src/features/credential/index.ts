import { window, workspace } from 'vscode';
import type { Disposable } from '../../core/util/disposable';
import { isAbort } from '../../core/errors/catalogue';
import type { Event } from '../../core/util/emitter';
import { lastCredential } from '../../core/credential/session';
import type { Uses } from '../../common/featureServices';
import { DisposableStore } from '../../common/vscode/disposables';
import { logFailure } from '../../common/vscode/log';
import { viewIds } from '../../common/vscode/viewIds';
import { choiceSetting, networkOf, settingsSection } from '../../common/settings/settings';
import { registerCredentialCommands } from './commands';
import { Countdown } from './countdown';
import { expiryRow } from './expiryRow';
import { AutoRenew } from './autoRenew';
import type { CredentialViewState } from './viewState';
import { rowsOf } from './rows';
import { StatusItem } from './statusBar';
import { statusTextOf } from './statusText';
import { warnOfUncheckedTls } from './tlsWarning';
import { CredentialView, registerSeverityColors } from './view';

export interface CredentialDeps extends Uses<
  'accounts' | 'commands' | 'log' | 'reporter' | 'session' | 'state' | 'terminalFolder'
> {
  /** Running deployments, for the hover of the status bar. */
  readonly hoverFacts: {
    readonly facts: readonly (readonly [string, string])[];
    readonly onDidChangeFacts: Event<void>;
  };
}

/** The Credential view, the status bar item and the countdown in both. */
export function registerCredential(deps: CredentialDeps): Disposable {
  const { accounts, session, log, hoverFacts } = deps;
  const disposables = new DisposableStore();
  const viewState = (): CredentialViewState => ({
    account: accounts.current,
    state: session.state,
    now: session.clock.now(),
    network: networkOf(accounts.current),
  });
  const provider = disposables.add(
    new CredentialView(
      () => rowsOf(viewState()),
      () => expiryRow(viewState()),
    ),
  );
  const view = disposables.add(
    window.createTreeView(viewIds.credential, { treeDataProvider: provider }),
  );
  const status = disposables.add(new StatusItem());
  const showStatus = (): void => {
    const text = statusTextOf(viewState());
    status.show(text && { ...text, facts: [...text.facts, ...hoverFacts.facts] });
  };
  const refreshTime = (): void => {
    if (view.visible) {
      provider.refreshExpiry();
    }
    showStatus();
  };
  const countdown = disposables.add(new Countdown(session.clock, refreshTime));
  const updateVisibility = (): void =>
    countdown.setVisibility({
      view: view.visible,
      statusBar: accounts.current !== undefined,
      focused: window.state.focused,
    });
  const refreshAll = (): void => {
    countdown.setCredential(lastCredential(session.state));
    updateVisibility();
    provider.refresh();
    showStatus();
  };

  const fetchIfShown = (): void => {
    const isWanted = view.visible && accounts.current !== undefined && choiceSetting('fetchOnShow');
    if (isWanted && session.state.kind === 'none') {
      // The person did not request it: the view and the status bar show a failure, not a message.
      session.fetch().catch((error: unknown) => {
        if (!isAbort(error)) {
          logFailure(log, error);
        }
      });
    }
  };

  const autoRenew = disposables.add(new AutoRenew(session, log));
  const updateAutoRenew = (): void =>
    autoRenew.setEnabled(choiceSetting('autoRenew') && window.state.focused);

  disposables.addAll(
    registerSeverityColors(),
    registerCredentialCommands({ ...deps, viewState, row: (id) => provider.row(id) }),
    session.onDidChange(refreshAll),
    hoverFacts.onDidChangeFacts(showStatus),
    warnOfUncheckedTls(session),
    accounts.onDidChange(() => {
      refreshAll();
      // Whoever resets the session for another account may be notified after this listener.
      queueMicrotask(fetchIfShown);
    }),
    view.onDidChangeVisibility(() => {
      updateVisibility();
      fetchIfShown();
    }),
    window.onDidChangeWindowState(() => {
      updateVisibility();
      updateAutoRenew();
    }),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`${settingsSection}.network`)) {
        refreshAll();
      }
      updateAutoRenew();
    }),
  );
  updateAutoRenew();
  refreshAll();
  fetchIfShown();
  return disposables;
}
