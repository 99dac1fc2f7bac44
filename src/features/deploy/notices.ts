import { l10n } from 'vscode';
import { isEnded, type Deployment, type Deployments } from '../../core/deploy';
import type { Disposable } from '../../core/util/disposable';
import { commandIds } from '../../common/vscode/commandIds';
import { DisposableStore } from '../../common/vscode/disposables';
import { commandButton, type Reporter } from '../../common/vscode/reporter';
import { showButton } from './showButton';

/** Tells how deployments went and when a batch waits; only of those that the person started or wanted to follow. */
export class DeploymentNotices implements Disposable {
  readonly #watched = new Set<string>();
  readonly #disposables = new DisposableStore();
  /** Those of which it was said that a batch waits. */
  readonly #waiting = new Set<string>();

  constructor(
    deployments: Deployments,
    private readonly reporter: Reporter,
  ) {
    this.#disposables.addAll(
      deployments.onDidChange(({ id, deployment }) => {
        const isWaiting = deployment?.state === 'waitingForConfirmation';
        if (isWaiting && this.#watched.has(id) && !this.#waiting.has(id)) {
          void this.#showWaiting(deployment);
        }
        if (isWaiting) {
          this.#waiting.add(id);
        } else {
          this.#waiting.delete(id);
        }
      }),
      deployments.onDidSettle((deployment) => {
        if (this.#watched.delete(deployment.id)) {
          void this.#showEnd(deployment);
        }
      }),
    );
  }

  watch({ id }: Pick<Deployment, 'id'>): void {
    this.#watched.add(id);
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #showWaiting({ id, application }: Deployment): Promise<void> {
    return this.reporter.showMessage(
      'info',
      l10n.t('The next batch of {0} waits for your confirmation.', application.name),
      [commandButton(l10n.t('Confirm Next Batch'), commandIds.confirmBatch, id), showButton()],
    );
  }

  async #showEnd(deployment: Deployment): Promise<void> {
    const { id, application, version, kind, state, error } = deployment;
    if (error !== undefined) {
      const next = !isEnded(deployment)
        ? commandButton(l10n.t('Follow'), commandIds.followDeployment, id)
        : state === 'aborted'
          ? []
          : commandButton(l10n.t('Roll Back…'), commandIds.rollBackDeployment, id);
      await this.reporter.report(error, { buttons: [next, showButton()].flat() });
      return;
    }
    const text =
      kind === 'rollback'
        ? version === undefined
          ? l10n.t('{0} was rolled back.', application.name)
          : l10n.t('{0} was rolled back to version {1}.', application.name, version)
        : version === undefined
          ? l10n.t('The deployment of {0} succeeded.', application.name)
          : l10n.t('The deployment of {0} succeeded: version {1}.', application.name, version);
    await this.reporter.showMessage('info', text, [showButton()]);
  }
}
