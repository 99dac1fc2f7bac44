import { tasks } from 'vscode';
import type { Disposable } from '../../core/util/disposable';
import { taskType } from './definition';
import type { TasksDeps } from './openTaskTerminal';
import { UploadTaskProvider } from './provider';

/** Tasks of type `edas-upload`: the end of a build. */
export function registerTasks(deps: TasksDeps): Disposable {
  return tasks.registerTaskProvider(taskType, new UploadTaskProvider(deps));
}
