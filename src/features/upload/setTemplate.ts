import {
  ConfigurationTarget,
  InputBoxValidationSeverity,
  l10n,
  Uri,
  workspace,
  type InputBoxValidationMessage,
  type WorkspaceConfiguration,
} from 'vscode';
import { hasCode } from '../../core/errors/catalogue';
import { expandTemplate, usesGit, type Variables } from '../../core/naming/template';
import { joinKey } from '../../core/oss/objectKey';
import { lastCredential, type CredentialSession } from '../../core/credential/session';
import { DisposableStore } from '../../common/vscode/disposables';
import { variablesFor } from '../../common/objects/objectName';
import { errorMessageOf } from '../../common/vscode/reporter';
import { objectKeyTemplateSetting, settingsSection } from '../../common/settings/settings';
import { activeFile } from '../../common/vscode/activeFile';
import { safeWindow } from '../../common/vscode/safeWindow';

const setting = 'objectKeyTemplate';
const shownVariables = [
  '${fileName}',
  '${fileBasenameNoExtension}',
  '${fileExtname}',
  '${relativePath}',
  '${workspaceFolderName}',
  '${date}',
  '${time}',
  '${uuid}',
  '${user}',
  '${gitBranch}',
  '${gitCommit}',
].join(' ');

/** Edits the object key template; while it is typed, the box says which key a file would get. */
export async function setObjectKeyTemplate(session: CredentialSession): Promise<void> {
  const file = exampleFile();
  const template = await promptTemplate(
    objectKeyTemplateSetting(file),
    // Nothing is fetched for a preview.
    previewOf(file, lastCredential(session.state)?.keyPrefix ?? '…'),
  );
  if (template === undefined) {
    return;
  }
  const configuration = workspace.getConfiguration(settingsSection, file);
  const target = await promptTarget(file, configuration);
  if (target !== undefined) {
    await configuration.update(setting, template, target);
    safeWindow.showStatus(l10n.t('Object key template: {0}', template));
  }
}

/** A box of our own: VS Code's validation says nothing before the first key, and hides the variables. */
async function promptTemplate(value: string, preview: Preview): Promise<string | undefined> {
  const box = safeWindow.createInputBox();
  const disposables = new DisposableStore();
  disposables.add(box);
  box.title = l10n.t('EDAS: Set Object Key Template');
  box.value = value;
  box.ignoreFocusOut = true;
  /** Shows the preview. @returns the template; undefined when it is invalid, or was changed meanwhile */
  const refresh = async (): Promise<string | undefined> => {
    const text = box.value;
    const template = text.trim();
    const found = await preview(template);
    if (box.value !== text) {
      return undefined;
    }
    box.prompt = l10n.t('Object key: {0} · Variables: {1}', found.key ?? '', shownVariables);
    box.validationMessage = found.message;
    return found.message?.severity === InputBoxValidationSeverity.Error ? undefined : template;
  };
  return new Promise<string | undefined>((resolve) => {
    const accept = async (): Promise<void> => {
      const template = await refresh();
      if (template !== undefined) {
        resolve(template);
      }
    };
    disposables.addAll(
      box.onDidChangeValue(() => void refresh()),
      box.onDidAccept(() => void accept()),
      box.onDidHide(() => resolve(undefined)),
    );
    void refresh();
    box.show();
  }).finally(() => disposables.dispose());
}

/** The file of the active editor, else one as a build would make it. */
function exampleFile(): Uri {
  const folder = workspace.workspaceFolders?.[0]?.uri ?? Uri.file('/');
  return activeFile() ?? Uri.joinPath(folder, 'target', 'app-1.0.jar');
}

/** The key that the file would get by a template, or why there is none. */
type Preview = (
  template: string,
) => Promise<{ readonly key?: string; readonly message?: InputBoxValidationMessage }>;

function previewOf(file: Uri, prefix: string): Preview {
  const now = new Date();
  // The same for the whole prompt: the preview must not flicker with each key, and Git is read once.
  const known = new Map<boolean, Promise<Variables>>();
  const variables = (withGit: boolean): Promise<Variables> => {
    const found = known.get(withGit) ?? variablesFor(file, withGit, now);
    known.set(withGit, found);
    return found;
  };
  return async (template) => {
    try {
      const name = expandTemplate(template, await variables(usesGit(template)));
      return { key: joinKey(prefix, name) };
    } catch (error) {
      // Another file may have what this one lacks.
      const { Warning, Error } = InputBoxValidationSeverity;
      const severity = hasCode(error, 'key.noGit') ? Warning : Error;
      return { message: { message: errorMessageOf(error), severity } };
    }
  };
}

/** Prompts for where the setting is saved. Without a trusted workspace, only the user settings are possible. */
async function promptTarget(
  file: Uri,
  configuration: WorkspaceConfiguration,
): Promise<ConfigurationTarget | undefined> {
  const folders = workspace.workspaceFolders ?? [];
  if (folders.length === 0 || !workspace.isTrusted) {
    return ConfigurationTarget.Global;
  }
  const folder = folders.length > 1 ? workspace.getWorkspaceFolder(file) : undefined;
  const set = configuration.inspect(setting);
  const item = (label: string, target: ConfigurationTarget, value: unknown) => ({
    label,
    target,
    description: typeof value === 'string' ? l10n.t('now: {0}', value) : undefined,
  });
  // The innermost setting wins, so it comes first: setting another one would change nothing.
  const items = [
    ...(folder === undefined
      ? []
      : [
          item(
            l10n.t('Folder {0}', folder.name),
            ConfigurationTarget.WorkspaceFolder,
            set?.workspaceFolderValue,
          ),
        ]),
    item(l10n.t('This Workspace'), ConfigurationTarget.Workspace, set?.workspaceValue),
    item(l10n.t('User: All Workspaces'), ConfigurationTarget.Global, set?.globalValue),
  ];
  const chosen = await safeWindow.showQuickPick(items, {
    title: l10n.t('EDAS: Set Object Key Template'),
    placeHolder: l10n.t(
      'Where should it apply? If it is set in several places, the one higher in this list wins.',
    ),
  });
  return chosen?.target;
}
