import { commands, env, l10n, window, type Memento } from 'vscode';
import type { Disposable } from '../../core/disposable';
import type { Credential } from '../../core/edas/credential';
import type { CredentialSession } from '../../core/session/session';
import type { CurrentAccount } from '../../kit/account';
import { commandIds } from '../../kit/commandIds';
import type { Commands } from '../../kit/commands';
import { Disposables } from '../../kit/disposables';
import { openPage, type Reporter } from '../../kit/report';
import { showActions } from './actions';
import { CopyEnvironment } from './copyEnvironment';
import { shownCredential, type Picture } from './picture';
import type { Row } from './rows';
import { statusTextOf } from './statusText';
import { openTerminal } from './terminal';

export interface CredentialCommandsDeps {
  readonly accounts: CurrentAccount;
  readonly session: CredentialSession;
  readonly commands: Commands;
  readonly reporter: Reporter;
  /** The extension's own. */
  readonly state: Pick<Memento, 'get' | 'update'>;
  readonly picture: () => Picture;
  /** The row of the view that has this id. */
  readonly row: (id: string) => Row | undefined;
}

/** What can be done with the credential. */
export function registerCredentialCommands(deps: CredentialCommandsDeps): Disposable {
  const { accounts, session } = deps;
  const fetchNow = (): Thenable<unknown> =>
    accounts.current === undefined
      ? commands.executeCommand(commandIds.signIn)
      : session.fetch({ asked: true });
  // Bucket and prefix outlive the credential that named them.
  const credential = async (): Promise<Credential> =>
    shownCredential(session.state) ?? (await session.fetch({ asked: true }));
  const rowOf = (argument: unknown): Row | undefined =>
    typeof argument === 'string' ? deps.row(argument) : undefined;

  const ends = new Disposables();
  const register = (...command: Parameters<Commands['register']>): void => {
    ends.add(deps.commands.register(...command));
  };
  register(commandIds.fetchCredential, fetchNow);
  register(commandIds.copyBucket, async () => copy((await credential()).bucket));
  register(commandIds.copyPrefix, async () => copy((await credential()).keyPrefix));
  const copyEnvironment = ends.add(new CopyEnvironment(accounts, session, deps.state));
  register(commandIds.openTerminal, () => openTerminal(accounts, session));
  register(commandIds.copyEnvironment, () => copyEnvironment.ask());
  register(commandIds.copyValue, (row) => copy(rowOf(row)?.copy));
  register(commandIds.openHelp, async (row) => {
    const url = rowOf(row)?.helpUrl;
    if (url !== undefined) {
      await openPage(url);
    }
  });
  register(commandIds.showActions, async () => {
    const { state } = session;
    const status = statusTextOf(deps.picture(), l10n);
    if (status === undefined || state.kind === 'none') {
      await fetchNow();
    } else if (state.kind === 'failed') {
      await deps.reporter.show(state.error);
    } else {
      await showActions({
        status,
        hasCredential: state.kind === 'held',
        ...(state.kind === 'fetching' && { cancelFetch: () => session.cancelFetch() }),
      });
    }
  });
  return ends;
}

async function copy(text: string | undefined): Promise<void> {
  if (text !== undefined) {
    await env.clipboard.writeText(text);
    window.setStatusBarMessage(l10n.t('Copied: {0}', text), 3000);
  }
}
