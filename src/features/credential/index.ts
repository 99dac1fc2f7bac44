import { commands, env, l10n, window, workspace } from 'vscode';
import type { Disposable } from '../../core/disposable';
import type { Credential } from '../../core/edas/credential';
import { isAbort } from '../../core/errors';
import type { Log } from '../../core/log';
import type { CredentialSession } from '../../core/session/session';
import type { CurrentAccount } from '../../kit/account';
import { commandIds } from '../../kit/commandIds';
import type { Commands } from '../../kit/commands';
import { Disposables } from '../../kit/disposables';
import { logFailure } from '../../kit/log';
import { openPage, type Reporter } from '../../kit/report';
import { fetchOnShowSetting, networkSetting, settingsSection } from '../../kit/settings';
import { showActions } from './actions';
import { Countdown } from './countdown';
import { expiryRow } from './expiryRow';
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
}

/** The Credential view, the status bar item and the countdown in both. */
export function registerCredential(deps: CredentialDeps): Disposable {
  const { accounts, session, log } = deps;
  const ends = new Disposables();
  const picture = (): Picture => ({
    account: accounts.current,
    state: session.state,
    now: session.clock.now(),
    network: networkSetting(),
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
  const countdown = ends.add(
    new Countdown(session.clock, () => {
      provider.refreshExpiry();
      status.show(statusTextOf(picture(), l10n));
    }),
  );
  const fetching = ends.add(new Fetching(session));

  const look = (): void =>
    countdown.seenBy({
      view: view.visible,
      statusBar: status.visible,
      focused: window.state.focused,
    });
  const drawAll = (): void => {
    provider.refresh();
    status.show(statusTextOf(picture(), l10n));
    countdown.watch(shownCredential(session.state));
    look();
  };
  const fetchIfShown = (): void => {
    const wanted = view.visible && accounts.current !== undefined && fetchOnShowSetting();
    if (wanted && session.state.kind === 'none') {
      // Nobody asked: what goes wrong is told by the view and the status bar, not by a message.
      fetching.start(false).catch((error: unknown) => {
        if (!isAbort(error)) {
          logFailure(log, error);
        }
      });
    }
  };

  ends.add(registerToneColors());
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
  ends.add(window.onDidChangeWindowState(look));
  ends.add(
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`${settingsSection}.endpoint`)) {
        // What another endpoint lent is not what the person wants to see.
        session.reset();
      }
      if (change.affectsConfiguration(settingsSection)) {
        drawAll();
        fetchIfShown();
      }
    }),
  );
  registerCommands(deps, ends, provider, fetching, picture);
  drawAll();
  fetchIfShown();
  return ends;
}

function registerCommands(
  { accounts, session, commands: ours, reporter }: CredentialDeps,
  ends: Disposables,
  view: CredentialView,
  fetching: Fetching,
  picture: () => Picture,
): void {
  const fetchNow = (): Thenable<unknown> =>
    accounts.current === undefined
      ? commands.executeCommand(commandIds.signIn)
      : fetching.start(true);
  const credential = async (): Promise<Credential> =>
    shownCredential(session.state) ?? (await fetching.start(true));

  ends.add(ours.register(commandIds.fetchCredential, fetchNow));
  ends.add(ours.register(commandIds.copyBucket, async () => copy((await credential()).bucket)));
  ends.add(ours.register(commandIds.copyPrefix, async () => copy((await credential()).keyPrefix)));
  ends.add(ours.register(commandIds.copyValue, (row) => copy(rowOf(view, row)?.copy)));
  ends.add(
    ours.register(commandIds.openHelp, async (row) => {
      const url = rowOf(view, row)?.helpUrl;
      if (url !== undefined) {
        await openPage(url);
      }
    }),
  );
  ends.add(
    ours.register(commandIds.showActions, async () => {
      const { state } = session;
      const status = statusTextOf(picture(), l10n);
      if (status === undefined || state.kind === 'none') {
        await fetchNow();
      } else if (state.kind === 'failed') {
        await reporter.show(state.error);
      } else {
        await showActions({
          status,
          hasCredential: state.kind === 'held',
          ...(state.kind === 'fetching' && { cancelFetch: () => fetching.cancel() }),
        });
      }
    }),
  );
}

function rowOf(view: CredentialView, argument: unknown): ReturnType<CredentialView['row']> {
  return typeof argument === 'string' ? view.row(argument) : undefined;
}

async function copy(text: string | undefined): Promise<void> {
  if (text !== undefined) {
    await env.clipboard.writeText(text);
    window.setStatusBarMessage(l10n.t('Copied: {0}', text), 3000);
  }
}

/** The fetches that this feature asked for, which its Cancel ends. */
class Fetching implements Disposable {
  #leaving = new AbortController();

  constructor(private readonly session: CredentialSession) {}

  start(asked: boolean): Promise<Credential> {
    return this.session.fetch({ asked, signal: this.#leaving.signal });
  }

  cancel(): void {
    this.#leaving.abort();
    this.#leaving = new AbortController();
  }

  dispose(): void {
    this.#leaving.abort();
  }
}
