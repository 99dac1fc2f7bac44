import {
  CustomExecution,
  l10n,
  Task,
  TaskRevealKind,
  TaskScope,
  workspace,
  type CancellationToken,
  type TaskDefinition,
  type TaskProvider,
  type Uri,
  type WorkspaceFolder,
} from 'vscode';
import { isAbort } from '../../core/errors/catalogue';
import { signalOf } from '../../common/vscode/cancellation';
import { plainText } from '../../common/vscode/plainText';
import { folderNamed, folderProperty, taskType } from './definition';
import type { TasksDeps } from './deps';
import type { DetectedTask } from './detectedTasks';

/** Offers to upload what Maven and Gradle have built, and runs the upload tasks of tasks.json. */
export class UploadTaskProvider implements TaskProvider {
  constructor(private readonly deps: TasksDeps) {}

  async provideTasks(token: CancellationToken): Promise<Task[]> {
    const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    try {
      const signal = signalOf(token);
      return (await Promise.all(folders.map((folder) => this.#offers(folder, signal)))).flat();
    } catch (error) {
      if (isAbort(error)) {
        return [];
      }
      throw error;
    }
  }

  /** A definition that is wrong is told when it runs, where the person looks. */
  resolveTask({ definition, scope, name }: Task): Task {
    return this.#task(definition, scope ?? TaskScope.Workspace, name);
  }

  async #offers(folder: WorkspaceFolder, signal: AbortSignal): Promise<Task[]> {
    const { findFiles } = await import('./findFiles');
    const { artifactPattern, offersFor } = await import('./detectedTasks');
    const { fsPath } = folder.uri;
    const found = await findFiles(fsPath, artifactPattern, signal);
    return offersFor(fsPath, found).map((offer) => this.#offer(offer, folder));
  }

  #offer({ name, task, fileNames }: DetectedTask, folder: WorkspaceFolder): Task {
    const [first = '', ...others] = fileNames;
    const property = folderProperty(folder, workspace.workspaceFolders ?? []);
    const definition = {
      type: taskType,
      ...task,
      ...(property !== undefined && { folder: property }),
    };
    // Names of folders are in the name, which VS Code draws with icons. Its definition says which task it is.
    const offered = this.#task(definition, folder, plainText(name));
    offered.detail = plainText(
      others.length === 0
        ? l10n.t('Upload to the EDAS package prefix: {0}', first)
        : l10n.t('Upload to the EDAS package prefix: {0} files', fileNames.length),
    );
    return offered;
  }

  #task(definition: TaskDefinition, scope: TaskScope | WorkspaceFolder, name: string): Task {
    const execution = new CustomExecution(async (resolved) => {
      const { openTaskTerminal } = await import('./openTaskTerminal');
      return openTaskTerminal(resolved, folderOf(resolved, scope), this.deps);
    });
    // No problem matchers: an empty list keeps VS Code from asking for one.
    const task = new Task(definition, scope, name, taskType, execution, []);
    task.presentationOptions = { reveal: TaskRevealKind.Always, showReuseMessage: false };
    return task;
  }
}

/**
 * Where a task begins: in the folder that its definition names, else in its own. Tasks of the user or of a multi-root
 * workspace begin in its first folder, as VS Code's own do.
 */
function folderOf({ folder }: TaskDefinition, scope: TaskScope | WorkspaceFolder): Uri | undefined {
  const named = folderNamed(folder, workspace.workspaceFolders ?? []);
  if (named !== undefined) {
    return named.uri;
  }
  return typeof scope === 'object' ? scope.uri : workspace.workspaceFolders?.[0]?.uri;
}
