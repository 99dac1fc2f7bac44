import { l10n } from 'vscode';
import { CodedError, isAbort, hasCode } from '../../core/errors/catalogue';
import { singleLine } from '../../core/util/displayText';
import type { TransferProgress } from '../../core/transfer/types';
import { alreadyUploaded, uploadedSize } from '../../common/messages/uploadedSize';
import { progressText } from '../../common/messages/progressText';
import { restartReason } from '../../common/messages/restartNotice';
import type { UploadedPackage } from '../../common/objects/uploadedPackage';
import type { Deployment } from '../../core/deploy';
import { readDefinition, type DeployOptions, type UploadTask } from './definition';
import { DeployProgress, stoppedText } from './deployProgress';
import { exitCodes, type TaskOutput } from './terminal';

/** The steps of a task, each of which tests replace. */
export interface TaskSteps {
  /** The files to upload, relative to the workspace folder. */
  find(task: UploadTask): Promise<readonly string[]>;
  /** The object key of a file. */
  keyOf(file: string, task: UploadTask): Promise<string>;
  upload(
    file: string,
    key: string,
    overwrite: boolean,
    onProgress: (progress: TransferProgress) => void,
  ): Promise<UploadedPackage>;
  /**
   * Deploys an uploaded package and follows the deployment.
   * @param onChange called at each change of the deployment
   * @returns the deployment when it has ended or is no longer followed; undefined when the person does not allow it
   * @throws why it could not be started
   */
  deploy(
    uploaded: UploadedPackage,
    options: DeployOptions,
    onChange: (deployment: Deployment) => void,
  ): Promise<Deployment | undefined>;
  /** Logs a failure. @returns what happened and what to do next */
  describe(error: unknown): string;
}

/**
 * Runs an upload task to its end. Nobody may be watching the build that it ends, so only a deployment to an application
 * that the person has not allowed yet prompts.
 * @returns the exit code
 */
export async function runTask(
  definition: Readonly<Record<string, unknown>>,
  steps: TaskSteps,
  output: TaskOutput,
): Promise<number> {
  const task = readDefinition(definition);
  if ('complaint' in task) {
    output.failure(task.complaint);
    return exitCodes.failed;
  }
  const progress = new DeployProgress(output);
  try {
    const found = await steps.find(task);
    if (task.deploy !== undefined && found.length > 1) {
      output.failure(
        l10n.t(
          '{0} files match “file”, but only one can be deployed. Set "pick": "newest", or name the file.',
          found.length,
        ),
      );
      return exitCodes.failed;
    }
    const keys = await keysFor(found, task, steps);
    for (const [key, file] of keys) {
      const uploaded = await send(file, key, task, steps, output);
      if (task.deploy !== undefined) {
        const { deploy } = task;
        output.line(l10n.t('Deploying to {0}', singleLine(deploy.application)));
        const ended = await steps.deploy(uploaded, deploy, (each) => progress.report(each));
        return progress.end(ended, (error) => steps.describe(error));
      }
    }
    return exitCodes.done;
  } catch (error) {
    if (isAbort(error)) {
      output.failure(progress.hasStarted ? stoppedText() : l10n.t('Upload cancelled.'));
      return exitCodes.cancelled;
    }
    const sentence = steps.describe(error);
    output.failure(
      hasCode(error, 'oss.objectExists')
        ? l10n.t(
            'The object “{0}” already exists and was not overwritten. Set "overwrite": true in tasks.json to replace it, or give "key" a variable such as {1} or {2}.',
            ...[singleLine(error.facts.subject ?? ''), '${time}', '${gitCommit}'],
          )
        : sentence,
    );
    return exitCodes.failed;
  }
}

/** All keys are computed before the first upload, so that a wrong one is reported before anything is sent. */
async function keysFor(
  files: readonly string[],
  task: UploadTask,
  steps: TaskSteps,
): Promise<ReadonlyMap<string, string>> {
  const keys = new Map<string, string>();
  for (const file of files) {
    const key = await steps.keyOf(file, task);
    if (keys.has(key)) {
      throw new CodedError('key.sameForTwo', { subject: key });
    }
    keys.set(key, file);
  }
  return keys;
}

async function send(
  file: string,
  key: string,
  { overwrite }: UploadTask,
  steps: TaskSteps,
  output: TaskOutput,
): Promise<UploadedPackage> {
  output.line(l10n.t('Uploading {0}', singleLine(file)));
  const result = await steps.upload(file, key, overwrite, (progress) =>
    output.replaceLine(progressText(progress, true)),
  );
  const size = uploadedSize([result]);
  output.line(
    result.isIdentical === true
      ? alreadyUploaded(singleLine(file), result.size)
      : result.verified
        ? l10n.t('Uploaded {0} ({1}), verified by CRC-64.', singleLine(file), size)
        : l10n.t(
            'Uploaded {0} ({1}), not verified: the server sent no CRC-64 to compare with.',
            ...[singleLine(file), size],
          ),
  );
  for (const line of restartReason(result)) {
    output.line(line);
  }
  for (const [label, value] of [
    [l10n.t('Key'), result.key],
    [l10n.t('URL'), result.url],
    [l10n.t('Internal URL for EDAS deployment'), result.internalUrl],
  ] as const) {
    output.line(`  ${label}: ${singleLine(value)}`);
  }
  return result;
}
