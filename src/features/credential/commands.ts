import { commands, type Memento } from 'vscode';
import type { Disposable } from '../../core/util/disposable';
import type { Credential } from '../../core/alibaba/edas/credential';
import type { Log } from '../../core/util/log';
import type { CredentialSession } from '../../core/credential/session';
import type { CurrentAccount } from '../../common/account';
import { copyText } from '../../common/vscode/clipboard';
import { commandIds } from '../../common/vscode/commandIds';
import type { Commands } from '../../common/vscode/commands';
import { DisposableStore } from '../../common/vscode/disposables';
import { logFailure } from '../../common/vscode/log';
import { openPage, type Reporter } from '../../common/vscode/reporter';
import { showActions } from './actions';
import { CopyEnvironment } from './copyEnvironment';
import { CredentialFiles } from './credentialFiles';
import { lastCredential, type CredentialViewState } from './viewState';
import type { Row } from './row';
import { statusTextOf } from './statusText';

export interface CredentialCommandsDeps {
  readonly accounts: CurrentAccount;
  readonly session: CredentialSession;
  readonly commands: Commands;
  readonly reporter: Reporter;
  /** The extension's own. */
  readonly state: Pick<Memento, 'get' | 'keys' | 'update'>;
  /** Where files are that hand the credential over to a terminal. */
  readonly terminalFolder: string;
  readonly log: Log;
  readonly viewState: () => CredentialViewState;
  /** The row of the view that has this id. */
  readonly row: (id: string) => Row | undefined;
}

/** What can be done with the credential. */
export function registerCredentialCommands(deps: CredentialCommandsDeps): Disposable {
  const { accounts, session } = deps;
  const fetchNow = (): Thenable<unknown> =>
    accounts.current === undefined
      ? commands.executeCommand(commandIds.signIn)
      : session.fetch({ userInitiated: true });
  // Bucket and prefix outlive the credential that named them.
  const credential = async (): Promise<Credential> =>
    lastCredential(session.state) ?? (await session.fetch({ userInitiated: true }));
  const rowOf = (argument: unknown): Row | undefined =>
    typeof argument === 'string' ? deps.row(argument) : undefined;

  const disposables = new DisposableStore();
  const register = (...command: Parameters<Commands['register']>): void => {
    disposables.add(deps.commands.register(...command));
  };
  register(commandIds.fetchCredential, fetchNow);
  register(commandIds.copyBucket, async () => copy((await credential()).bucket));
  register(commandIds.copyPrefix, async () => copy((await credential()).keyPrefix));
  const copyEnvironment = disposables.add(new CopyEnvironment(deps));
  const files = disposables.add(new CredentialFiles(deps.terminalFolder, deps.log));
  files.sweep().catch((error: unknown) => logFailure(deps.log, error));
  register(commandIds.openTerminal, async () =>
    (await import('./terminal')).openTerminal({ ...deps, files }),
  );
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
    const status = statusTextOf(deps.viewState());
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
  return disposables;
}

async function copy(text: string | undefined): Promise<void> {
  if (text !== undefined) {
    await copyText(text);
  }
}
