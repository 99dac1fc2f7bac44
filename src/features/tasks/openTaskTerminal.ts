import path from 'node:path';
import { Uri, type Pseudoterminal, type TaskDefinition } from 'vscode';
import { selectArtifacts } from './artifacts';
import { findFiles } from './findFiles';
import { joinKey } from '../../core/oss/objectKey';
import { CodedError } from '../../core/errors/catalogue';
import { logFailure } from '../../common/vscode/log';
import { errorMessageOf } from '../../common/vscode/reporter';
import { nameOfFile, uploadFile } from '../../common/upload/uploadFile';
import type { UploadTask } from './definition';
import { deployUploaded } from './deploy';
import type { Uses } from '../../common/featureServices';
import { runTask, type TaskSteps } from './run';
import { TaskTerminal } from './terminal';

export type TasksDeps = Uses<
  'accounts' | 'deployServices' | 'log' | 'transferServices' | 'uploads' | 'workspaceState'
>;

export function openTaskTerminal(
  definition: TaskDefinition,
  folder: Uri | undefined,
  deps: TasksDeps,
): Pseudoterminal {
  return new TaskTerminal((output, signal) =>
    runTask(definition, stepsIn(folder, deps, signal), output),
  );
}

function stepsIn(folder: Uri | undefined, deps: TasksDeps, signal: AbortSignal): TaskSteps {
  const { uploads, transferServices, log } = deps;
  const now = new Date();
  const absolute = (file: string): Uri =>
    Uri.file(folder === undefined ? file : path.resolve(folder.fsPath, file));
  return {
    find: (task) => find(task, folder, signal),
    keyOf: async (file, { key: template }) => {
      const { keyPrefix } = await uploads.credential(signal);
      return joinKey(keyPrefix, await nameOfFile(absolute(file), { now, template }));
    },
    upload: (file, key, overwrite, onProgress) =>
      uploadFile(
        { file: absolute(file), key, overwrite, onProgress },
        { uploads, transferServices },
        signal,
      ),
    deploy: (uploaded, options, onChange) =>
      deployUploaded(uploaded, options, onChange, deps, signal),
    describe: (error) => {
      logFailure(log, error);
      return errorMessageOf(error);
    },
  };
}

/** @returns paths relative to the folder; absolute ones outside it, or without a folder */
async function find(
  { file, pick }: UploadTask,
  folder: Uri | undefined,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (folder === undefined && !path.isAbsolute(file)) {
    throw new CodedError('source.noFolder', { subject: file });
  }
  const root = folder?.fsPath ?? path.parse(file).root;
  const found = selectArtifacts(await findFiles(root, file, signal), pick);
  if (found.length === 0) {
    throw new CodedError('source.noMatch', { subject: file, detail: root });
  }
  return found.map((each) => {
    const relative = path.relative(root, each.path);
    return folder === undefined || relative.startsWith('..') || path.isAbsolute(relative)
      ? each.path
      : relative;
  });
}
