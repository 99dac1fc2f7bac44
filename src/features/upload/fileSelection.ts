import { homedir } from 'node:os';
import { basename } from 'node:path';
import { l10n, Uri, window, workspace } from 'vscode';
import { nameList } from '../../common/messages/nameList';
import { activeFile, hasUri } from '../../common/vscode/activeFile';
import { safeWindow, type PickItem } from '../../common/vscode/safeWindow';

/**
 * The arguments of a command. The Explorer passes the clicked resource and all selected ones; a keybinding passes
 * nothing. Never falls back to the workspace.
 */
export function filesFromMenu(clicked: unknown, all: unknown): readonly Uri[] {
  const chosen = Array.isArray(all) && all.length > 0 ? all : [clicked];
  const uris = chosen.filter((item) => item instanceof Uri);
  return [...new Map(uris.map((uri) => [uri.toString(), uri])).values()];
}

/**
 * A menu passes files of the workspace or of open tabs. Other files come from another extension, so they are uploaded
 * only after a confirmation.
 */
export async function confirmFiles(files: readonly Uri[]): Promise<boolean> {
  const inTabs = new Set(
    window.tabGroups.all.flatMap(({ tabs }) =>
      tabs.map(({ input }) => (hasUri(input) ? input.uri.toString() : undefined)),
    ),
  );
  const foreign = files.filter(
    (file) => workspace.getWorkspaceFolder(file) === undefined && !inTabs.has(file.toString()),
  );
  if (foreign.length === 0) {
    return true;
  }
  const why = l10n.t(
    'You did not choose it in this window: another extension may have requested the upload.',
  );
  return safeWindow.confirm(
    l10n.t('Upload a file from outside the workspace?'),
    `${nameList(foreign.map(({ fsPath }) => fsPath))}\n${why}`,
    l10n.t('Upload'),
  );
}

/** Prompts for files: the active editor's, or any in a dialog. Empty when the person cancelled. */
export function promptFiles(): Promise<readonly Uri[]> {
  return prompt(l10n.t('EDAS: Upload File to Package Prefix'), l10n.t('Choose Files…'), true);
}

/** The same for the one file that is to be deployed. */
export function promptFile(): Promise<readonly Uri[]> {
  return prompt(l10n.t('EDAS: Upload and Deploy'), l10n.t('Choose File…'), false);
}

async function prompt(
  title: string,
  chooseLabel: string,
  canSelectMany: boolean,
): Promise<readonly Uri[]> {
  const active = activeFile();
  const promptInDialog = async (): Promise<readonly Uri[]> => {
    const chosen = await safeWindow.showOpenDialog({
      title,
      openLabel: l10n.t('Upload'),
      canSelectMany,
      filters: {
        [l10n.t('Packages')]: ['jar', 'war', 'zip', 'ear', 'tgz', 'gz'],
        [l10n.t('All Files')]: ['*'],
      },
      defaultUri: startFolder(active),
    });
    return chosen ?? [];
  };
  if (active === undefined) {
    return promptInDialog();
  }
  const editor: PickItem = {
    icon: 'file',
    label: basename(active.fsPath),
    description: l10n.t('in the active editor'),
    detail: workspace.asRelativePath(active),
  };
  const other: PickItem = { icon: 'folder-opened', label: chooseLabel };
  const chosen = await safeWindow.showQuickPick([editor, other], {
    title,
    placeHolder: l10n.t('File to upload'),
  });
  if (chosen === editor) {
    return [active];
  }
  return chosen === other ? promptInDialog() : [];
}

/** Prompts for a folder. The dialog opens in the workspace, which is never chosen automatically. */
export async function promptFolder(): Promise<readonly Uri[]> {
  const chosen = await safeWindow.showOpenDialog({
    title: l10n.t('EDAS: Upload Folder as ZIP to Package Prefix'),
    openLabel: l10n.t('Upload as ZIP'),
    canSelectFiles: false,
    canSelectFolders: true,
    defaultUri: startFolder(activeFile()),
  });
  return chosen ?? [];
}

/** Where a dialog opens: in a folder on disk, because a dialog shows only the file system in which it opens. */
function startFolder(file?: Uri): Uri | undefined {
  const folders = workspace.workspaceFolders?.map(({ uri }) => uri);
  return file
    ? Uri.joinPath(file, '..')
    : folders && (folders.find(({ scheme }) => scheme === 'file') ?? Uri.file(homedir()));
}
