import { commands } from 'vscode';
import type { Disposable } from '../../core/util/disposable';
import type { Credential } from '../../core/alibaba/edas/credential';
import { lastCredential } from '../../core/credential/session';
import type { Uses } from '../../common/featureServices';
import { copyText } from '../../common/vscode/clipboard';
import { commandIds } from '../../common/vscode/commandIds';
import { DisposableStore } from '../../common/vscode/disposables';
import { openPage } from '../../common/vscode/reporter';
import { showActions } from './actions';
import { CopyEnvironment, type CopyEnvironmentDeps } from './copyEnvironment';
import { CredentialFiles } from './credentialFiles';
import type { CredentialViewState } from './viewState';
import type { Row } from './row';
import { statusTextOf } from './statusText';

export interface CredentialCommandsDeps
  extends CopyEnvironmentDeps, Uses<'commands' | 'reporter' | 'terminalFolder'> {
  readonly viewState: () => CredentialViewState;
  /** The row of the view that has this id. */
  readonly row: (id: string) => Row | undefined;
}

/** The commands for the credential. */
export function registerCredentialCommands(deps: CredentialCommandsDeps): Disposable {
  const { accounts, session } = deps;
  const fetchNow = (): Thenable<unknown> =>
    accounts.current === undefined
      ? commands.executeCommand(commandIds.signIn)
      : session.fetch({ userInitiated: true });
  // Bucket and prefix are still right when the credential has expired.
  const credential = async (): Promise<Credential> =>
    lastCredential(session.state) ?? (await session.fetch({ userInitiated: true }));
  const rowOf = (argument: unknown): Row | undefined =>
    typeof argument === 'string' ? deps.row(argument) : undefined;

  const disposables = new DisposableStore();
  const copyEnvironment = disposables.add(new CopyEnvironment(deps));
  const files = disposables.add(new CredentialFiles(deps.terminalFolder, deps.log));
  disposables.add(
    deps.commands.registerAll({
      fetchCredential: fetchNow,
      copyBucket: async () => copy((await credential()).bucket),
      copyPrefix: async () => copy((await credential()).keyPrefix),
      openTerminal: async () => (await import('./terminal')).openTerminal({ ...deps, files }),
      copyEnvironment: () => copyEnvironment.prompt(),
      copyValue: (row) => copy(rowOf(row)?.copy),
      openHelp: async (row) => {
        const url = rowOf(row)?.helpUrl;
        await (url && openPage(url));
      },
      showActions: async () => {
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
            cancelFetch: state.kind === 'fetching' ? () => session.cancelFetch() : undefined,
          });
        }
      },
    }),
  );
  return disposables;
}

async function copy(text: string | undefined): Promise<void> {
  if (text !== undefined) {
    await copyText(text);
  }
}
