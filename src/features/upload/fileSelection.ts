import { homedir } from 'node:os';
import { basename } from 'node:path';
import { l10n, TabInputCustom, TabInputText, Uri, window, workspace } from 'vscode';
import { singleLine } from '../../core/util/displayText';
import { safeWindow, type PickItem } from '../../common/vscode/safeWindow';

/**
 * What a command was given. The Explorer hands the clicked resource and all that are selected; a keybinding hands
 * nothing. Never falls back to the workspace.
 */
export function filesFromMenu(clicked: unknown, all: unknown): readonly Uri[] {
  const chosen = Array.isArray(all) && all.length > 0 ? all : [clicked];
  const uris = chosen.filter((item) => item instanceof Uri);
  return [...new Map(uris.map((uri) => [uri.toString(), uri])).values()];
}

/**
 * A menu hands over what the person points at: something in the workspace, or in an open tab. Whatever else a command
 * is given comes from another extension, so the person is asked.
 */
export async function confirmFiles(files: readonly Uri[]): Promise<boolean> {
  const inTabs = new Set(
    window.tabGroups.all.flatMap(({ tabs }) =>
      tabs.map(({ input }) => (hasUri(input) ? input.uri.toString() : undefined)),
    ),
  );
  const strange = files.filter(
    (file) => workspace.getWorkspaceFolder(file) === undefined && !inTabs.has(file.toString()),
  );
  if (strange.length === 0) {
    return true;
  }
  const upload = l10n.t('Upload');
  const chosen = await safeWindow.showWarningMessage(
    l10n.t('Upload a file from outside the workspace?'),
    {
      modal: true,
      detail: [
        ...strange.slice(0, 10).map(({ fsPath }) => singleLine(fsPath)),
        ...(strange.length > 10 ? ['…'] : []),
        l10n.t(
          'You did not choose it in this window: another extension may have requested the upload.',
        ),
      ].join('\n'),
    },
    upload,
  );
  return chosen === upload;
}

function hasUri(input: unknown): input is TabInputCustom | TabInputText {
  return input instanceof TabInputText || input instanceof TabInputCustom;
}

/** The file in the active editor, also when it is one that only a custom editor or a hex viewer shows. */
export function activeFile(): Uri | undefined {
  const input = window.tabGroups.activeTabGroup.activeTab?.input;
  const uri = hasUri(input) ? input.uri : undefined;
  return uri?.scheme === 'file' ? uri : undefined;
}

/** Asks for files: the active editor's, or any in a dialog. Empty when the person left. */
export async function askForFiles(): Promise<readonly Uri[]> {
  const active = activeFile();
  if (active === undefined) {
    return askInDialog();
  }
  const editor: PickItem = {
    icon: 'file',
    label: basename(active.fsPath),
    description: l10n.t('in the active editor'),
    detail: workspace.asRelativePath(active),
  };
  const other: PickItem = { icon: 'folder-opened', label: l10n.t('Choose Files…') };
  const chosen = await safeWindow.showQuickPick([editor, other], {
    title: l10n.t('EDAS: Upload File to Package Prefix'),
    placeHolder: l10n.t('File to upload'),
  });
  if (chosen === editor) {
    return [active];
  }
  return chosen === other ? askInDialog(active) : [];
}

async function askInDialog(beside?: Uri): Promise<readonly Uri[]> {
  const chosen = await safeWindow.showOpenDialog({
    title: l10n.t('EDAS: Upload File to Package Prefix'),
    openLabel: l10n.t('Upload'),
    canSelectMany: true,
    filters: {
      [l10n.t('Packages')]: ['jar', 'war', 'zip', 'ear', 'tgz', 'gz'],
      [l10n.t('All Files')]: ['*'],
    },
    ...placeOf(beside),
  });
  return chosen ?? [];
}

/** Asks for a folder; the workspace is where the dialog opens, and never the answer by itself. */
export async function askForFolder(): Promise<readonly Uri[]> {
  const chosen = await safeWindow.showOpenDialog({
    title: l10n.t('EDAS: Upload Folder as ZIP to Package Prefix'),
    openLabel: l10n.t('Upload as ZIP'),
    canSelectFiles: false,
    canSelectFolders: true,
    ...placeOf(activeFile()),
  });
  return chosen ?? [];
}

/** Where a dialog opens: on a disk, because it reaches only what is on the file system that it opens in. */
function placeOf(beside?: Uri): { readonly defaultUri?: Uri } {
  const folders = workspace.workspaceFolders?.map(({ uri }) => uri);
  const defaultUri = beside
    ? Uri.joinPath(beside, '..')
    : folders && (folders.find(({ scheme }) => scheme === 'file') ?? Uri.file(homedir()));
  return defaultUri ? { defaultUri } : {};
}
