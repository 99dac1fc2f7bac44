import { setTimeout as sleep } from 'node:timers/promises';
import { env, l10n, ThemeIcon, workspace, type Terminal } from 'vscode';
import { CodedError, hasCode } from '../../core/errors/catalogue';
import type { Uses } from '../../common/featureServices';
import { formatTime } from '../../common/messages/format';
import { networkOf } from '../../common/settings/settings';
import { commandIds } from '../../common/vscode/commandIds';
import { commandButton, type Reporter } from '../../common/vscode/reporter';
import { safeWindow } from '../../common/vscode/safeWindow';
import { fileLifeMs, type CredentialFiles } from './credentialFiles';
import { environmentOf, scriptOf } from './environment';
import { fileText, fileVariable, loadLine, shellKind, shellName } from './shells';

export interface TerminalDeps extends Uses<'accounts' | 'reporter' | 'session'> {
  readonly files: CredentialFiles;
}

/** Time for VS Code to recognise the shell, and for the shell to get ready, ms. */
const shellKnownMs = 10_000;
const shellReadyMs = 2_000;
const pollMs = 50;

/**
 * Opens a terminal whose variables hold the credential. They are not given by `TerminalOptions.env`, which every other
 * extension can read as long as the terminal is open: the shell's first line reads them from a file and removes it.
 */
export async function openTerminal(deps: TerminalDeps): Promise<void> {
  const { accounts, session, reporter, files } = deps;
  if (!workspace.isTrusted) {
    throw new CodedError('workspace.notTrusted');
  }
  if (!(await confirmOpen())) {
    return;
  }
  const credential = await session.current();
  const variables = environmentOf(credential, networkOf(accounts.current));
  const expires = formatTime(credential.expiresAt, session.clock.now());
  const file = files.newPath();
  const terminal = safeWindow.createTerminal({
    name: l10n.t('EDAS {0}', accounts.current?.name ?? ''),
    iconPath: new ThemeIcon('key'),
    env: { [fileVariable]: file },
    // Otherwise VS Code reopens it at the next start, without the credential.
    isTransient: true,
    message: l10n.t(
      'The first line gives this shell the EDAS credential, valid until {0}. {1} holds the address of the package prefix.',
      ...[expires, 'EDAS_PACKAGE_PATH'],
    ),
  });
  terminal.show();
  try {
    const name = await shellOf(terminal);
    const shell = shellKind(name);
    if (shell === undefined) {
      throw new CodedError('shell.unknown', { subject: name });
    }
    await files.write(file, fileText(scriptOf(variables, shell), shell));
    terminal.sendText(loadLine(shell));
  } catch (error) {
    files.remove(file);
    terminal.dispose();
    await reportWithCopy(reporter, error);
    return;
  }
  // Not awaited: the person can work in the meantime.
  void watch(terminal, file, deps);
}

/** Reports when the shell did not read the credential, and removes the file of a shell that has exited. */
async function watch(
  terminal: Terminal,
  file: string,
  { files, reporter }: TerminalDeps,
): Promise<void> {
  const isRead = await waitUntil(
    () => !files.exists(file) || terminal.exitStatus !== undefined,
    // Before `files` removes it, so that "gone" means "read".
    fileLifeMs - 2_000,
  );
  files.remove(file);
  if (!isRead) {
    await reportWithCopy(reporter, new CodedError('shell.notReady'));
  }
}

async function reportWithCopy(reporter: Reporter, error: unknown): Promise<void> {
  const isOfShell = hasCode(error, 'shell.unknown', 'shell.unsafeValue', 'shell.notReady');
  const copy = commandButton(l10n.t('Copy as Environment Variables…'), commandIds.copyEnvironment);
  await reporter.report(error, { buttons: isOfShell ? [copy] : [] });
}

/** The name of the shell that runs in a new terminal. VS Code names it from version 1.100 on. */
async function shellOf(terminal: Terminal): Promise<string> {
  const reported = (): string | undefined =>
    (terminal.state as { readonly shell?: string | undefined }).shell;
  if ('shell' in terminal.state) {
    // While a shell starts, it may run programs that VS Code takes for the shell.
    await waitUntil(() => shellKind(reported() ?? '') !== undefined, shellKnownMs);
  }
  // Input that is sent before a shell is ready may get lost; without shell integration readiness is unknown.
  await waitUntil(() => terminal.shellIntegration !== undefined, shellReadyMs);
  return reported() ?? shellName(env.shell);
}

/** @returns whether it became true in time */
async function waitUntil(condition: () => boolean, ms: number): Promise<boolean> {
  for (let waited = 0; !condition(); waited += pollMs) {
    if (waited >= ms) {
      return false;
    }
    await sleep(pollMs);
  }
  return true;
}

function confirmOpen(): Promise<boolean> {
  return safeWindow.confirm(
    l10n.t('Open a terminal that holds the credential with its secret?'),
    l10n.t(
      'Whatever you start in this terminal can read the credential and use it until it expires: list, upload, replace and delete packages, as far as EDAS allows. Your other programs and extensions run as the same user and could read it, too. Close the terminal when you are done.',
    ),
    l10n.t('Open Terminal'),
  );
}
