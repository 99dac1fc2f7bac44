import { l10n } from 'vscode';
import { changeStatus, type ChangePipeline } from '../../core/alibaba/edas/changeOrder';
import type { Deployment, DeploymentPlan, DeploymentState, Release } from '../../core/deploy';

/** The state of a deployment, in a few words. */
export function stateText({ state }: Pick<Deployment, 'state'>): string {
  const texts: Readonly<Record<DeploymentState, string>> = {
    starting: l10n.t('starting'),
    running: l10n.t('running'),
    waitingForConfirmation: l10n.t('waiting for confirmation'),
    waitingForNextBatch: l10n.t('waiting for the next batch'),
    succeeded: l10n.t('succeeded'),
    failed: l10n.t('failed'),
    aborted: l10n.t('aborted'),
    partial: l10n.t('partially executed'),
    unfollowed: l10n.t('not followed'),
  };
  return texts[state];
}

/** The status of a batch, stage, task or instance, in a few words; undefined for one that is not documented. */
export function statusText(status: number | undefined): string | undefined {
  const texts = new Map<number | undefined, string>([
    [changeStatus.ready, l10n.t('not started')],
    [changeStatus.running, l10n.t('running')],
    [changeStatus.success, l10n.t('succeeded')],
    [changeStatus.failed, l10n.t('failed')],
    [changeStatus.terminated, l10n.t('aborted')],
    [changeStatus.waitingForConfirmation, l10n.t('waiting for confirmation')],
    [changeStatus.waitingForNextBatch, l10n.t('waiting')],
    [changeStatus.systemFault, l10n.t('failed by an error in EDAS')],
  ]);
  return texts.get(status);
}

/** `batch 1 of 2`: which batch is running or waits; undefined when there is only one, or none is known. */
export function batchText({ order }: Pick<Deployment, 'order'>): string | undefined {
  const pipelines = order?.pipelines ?? [];
  const current = pipelines.findIndex(({ status }) => status !== changeStatus.success);
  return pipelines.length < 2 || current < 0
    ? undefined
    : l10n.t('batch {0} of {1}', current + 1, pipelines.length);
}

/** EDAS's name of a batch, else its number. @param index from 0 */
export function batchName({ name }: ChangePipeline, index: number): string {
  return name.trim() || l10n.t('Batch {0}', index + 1);
}

/** What a release does to the instances, as a sentence. */
export function releaseText(
  { batches, waitMinutes, isManual }: Release,
  { application }: Pick<DeploymentPlan, 'application'>,
): string {
  if (batches === 1) {
    return application.clusterKind === 'ecs'
      ? l10n.t('All instances are updated at once: the application may not respond meanwhile.')
      : l10n.t('All pods are updated in one batch.');
  }
  if (isManual) {
    return l10n.t(
      'Instances are updated in {0} batches. Each batch after the first waits for your confirmation.',
      batches,
    );
  }
  return waitMinutes === 0
    ? l10n.t('Instances are updated in {0} batches, one after the other.', batches)
    : l10n.t('Instances are updated in {0} batches, {1} minutes apart.', ...[batches, waitMinutes]);
}

/** What a confirmation of a deployment names. */
export function planLines(plan: DeploymentPlan, accountName: string): readonly string[] {
  const { application, group, version, previousVersion, release } = plan;
  const { name, namespace, k8sNamespace, clusterKind } = application;
  return [
    l10n.t('Application: {0}', name),
    ...(namespace === undefined ? [] : [l10n.t('Namespace: {0}', namespace)]),
    ...(k8sNamespace === undefined ? [] : [l10n.t('Kubernetes namespace: {0}', k8sNamespace)]),
    ...(clusterKind === 'ecs'
      ? [group === undefined ? l10n.t('Group: all groups') : l10n.t('Group: {0}', group.name)]
      : []),
    l10n.t('Package: {0}', plan.package.key),
    l10n.t('Version: {0}', version),
    ...(previousVersion === undefined ? [] : [l10n.t('Deployed now: {0}', previousVersion)]),
    l10n.t('Account: {0}', accountName),
    '',
    releaseText(release, plan),
  ];
}
