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
import type { TasksDeps } from './openTaskTerminal';
import type { DetectedTask } from './detectedTasks';

/** Offers tasks for the packages that Maven and Gradle have built, and runs the upload tasks of tasks.json. */
export class UploadTaskProvider implements TaskProvider {
  constructor(private readonly deps: TasksDeps) {}

  async provideTasks(token: CancellationToken): Promise<Task[]> {
    const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    try {
      const signal = signalOf(token);
      return (await Promise.all(folders.map((folder) => this.#detect(folder, signal)))).flat();
    } catch (error) {
      if (isAbort(error)) {
        return [];
      }
      throw error;
    }
  }

  /** A wrong definition is reported when the task runs, in its terminal. */
  resolveTask({ definition, scope, name }: Task): Task {
    return this.#task(definition, scope ?? TaskScope.Workspace, name);
  }

  async #detect(folder: WorkspaceFolder, signal: AbortSignal): Promise<Task[]> {
    const { findFiles } = await import('./findFiles');
    const { artifactPattern, detectedTasksFor } = await import('./detectedTasks');
    const { fsPath } = folder.uri;
    const found = await findFiles(fsPath, artifactPattern, signal);
    return detectedTasksFor(fsPath, found).map((each) => this.#detectedTask(each, folder));
  }

  #detectedTask({ name, task, fileNames }: DetectedTask, folder: WorkspaceFolder): Task {
    const [first = '', ...others] = fileNames;
    const property = folderProperty(folder, workspace.workspaceFolders ?? []);
    const definition = { type: taskType, ...task, folder: property };
    // The name contains folder names, in which VS Code would show icons. The definition identifies the task.
    const detected = this.#task(definition, folder, plainText(name));
    detected.detail = plainText(
      others.length === 0
        ? l10n.t('Upload to the EDAS package prefix: {0}', first)
        : l10n.t('Upload to the EDAS package prefix: {0} files', fileNames.length),
    );
    return detected;
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
 * The folder in which a task runs: the one that its definition names, else its own. Tasks of the user or of a multi-root
 * workspace run in the first folder, as VS Code's own do.
 */
function folderOf({ folder }: TaskDefinition, scope: TaskScope | WorkspaceFolder): Uri | undefined {
  const named = folderNamed(folder, workspace.workspaceFolders ?? []);
  if (named !== undefined) {
    return named.uri;
  }
  return typeof scope === 'object' ? scope.uri : workspace.workspaceFolders?.[0]?.uri;
}
