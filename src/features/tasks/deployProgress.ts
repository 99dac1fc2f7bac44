import { l10n } from 'vscode';
import { changeStatus, type ChangeStage } from '../../core/alibaba/edas/changeOrder';
import { isEnded, type Deployment } from '../../core/deploy/types';
import { singleLine } from '../../core/util/displayText';
import { batchName, batchText, stateText, statusText } from '../../common/messages/deploymentText';
import { exitCodes, type TaskOutput } from './terminal';

/** The statuses of a stage that has ended. */
const ends: readonly (number | undefined)[] = [
  changeStatus.success,
  changeStatus.failed,
  changeStatus.terminated,
  changeStatus.systemFault,
];

/** Writes the progress of a deployment: each stage when it has ended, and each time that a batch waits. */
export class DeployProgress {
  readonly #written = new Set<string>();
  #order: string | undefined;
  #state: Deployment['state'] | undefined;

  constructor(private readonly output: TaskOutput) {}

  /** EDAS has created the change order, so the deployment continues whatever happens here. */
  get hasStarted(): boolean {
    return this.#order !== undefined;
  }

  report(deployment: Deployment): void {
    const { output } = this;
    const { changeOrderId, version, order, state } = deployment;
    if (changeOrderId !== undefined && this.#order === undefined) {
      this.#order = changeOrderId;
      output.line(`  ${l10n.t('Change order: {0}', changeOrderId)}`);
      if (version !== undefined) {
        output.line(`  ${l10n.t('Version: {0}', singleLine(version))}`);
      }
    }
    for (const [index, pipeline] of (order?.pipelines ?? []).entries()) {
      for (const [number, stage] of pipeline.stages.entries()) {
        const id = `${index}/${number}`;
        if (ends.includes(stage.status) && !this.#written.has(id)) {
          this.#written.add(id);
          output.line(`  ${batchName(pipeline, index)} › ${this.#stageText(stage)}`);
        }
      }
    }
    if (state === 'waitingForConfirmation' && this.#state !== state) {
      output.line(
        l10n.t('The next batch waits for a confirmation: give it in the Deployments view.'),
      );
    } else if (state === 'running' || state === 'waitingForNextBatch') {
      const batch = batchText(deployment);
      output.replaceLine(batch ?? stateText(deployment));
    }
    this.#state = state;
  }

  /**
   * Writes how it ended. @param ended undefined: the person did not allow it
   * @returns the exit code: 0 only for a success
   */
  end(ended: Deployment | undefined, describe: (error: unknown) => string): number {
    const { output } = this;
    if (ended === undefined) {
      output.failure(l10n.t('The package was uploaded, but not deployed: you did not allow it.'));
      return exitCodes.cancelled;
    }
    this.report(ended);
    const { application, state, error } = ended;
    if (state === 'succeeded') {
      output.line(l10n.t('The deployment of {0} succeeded.', singleLine(application.name)));
      return exitCodes.done;
    }
    output.failure(error === undefined ? stoppedText() : describe(error));
    return isEnded(ended) ? exitCodes.failed : exitCodes.notFollowed;
  }

  #stageText({ name, status }: ChangeStage): string {
    return [singleLine(name), statusText(status)].filter(Boolean).join(': ');
  }
}

/** The deployment is not followed to its end. */
export function stoppedText(): string {
  return l10n.t(
    'Stopped following. The deployment continues at EDAS: see the Deployments view or the EDAS console.',
  );
}
