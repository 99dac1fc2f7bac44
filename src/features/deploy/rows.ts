import { l10n } from 'vscode';
import {
  changeStatus,
  type ChangeInstance,
  type ChangePipeline,
  type ChangeStage,
  type ChangeTask,
} from '../../core/alibaba/edas/changeOrder';
import {
  isEnded,
  isFollowed,
  type Deployment,
  type DeploymentState,
} from '../../core/deploy/types';
import { describeError } from '../../common/messages';
import { batchName, batchText, stateText, statusText } from '../../common/messages/deploymentText';
import { formatMoment, formatTime } from '../../common/messages/format';
import type { TreeRow } from '../../common/vscode/safeWindow';

/** What can be done with a row. The menus of package.json look for these words. */
export type RowAction =
  | 'abort'
  | 'confirm'
  | 'console'
  | 'copyOrder'
  | 'copyRequest'
  | 'follow'
  | 'remove'
  | 'rollBack'
  | 'stopFollowing';

/** A row of the Deployments view; the id of a deployment's row is the deployment's. */
export interface Row extends TreeRow {
  readonly actions: readonly RowAction[];
  readonly children: readonly Row[];
  /** Its children are shown when the row appears. */
  readonly isOpen?: boolean;
  /** Its children are only known when EDAS is asked for them. */
  readonly loads?: boolean;
}

/** The row of a deployment, with all that is below it. @param now ms since 1970 */
export function deploymentRow(deployment: Deployment, now: number): Row {
  const { id, application, version, order, kind } = deployment;
  const state = currentState(deployment);
  const moment = formatMoment(deployment.endedAt ?? deployment.startedAt, now);
  const what =
    kind === 'rollback'
      ? version === undefined
        ? l10n.t('roll-back')
        : l10n.t('roll-back to {0}', version)
      : version;
  const texts = [state, moment, ...(what === undefined ? [] : [what])];
  return {
    id,
    label: application.name,
    description: texts.join(' · '),
    ...looks[deployment.state],
    ariaLabel: [application.name, ...texts].join(', '),
    tooltip: hintOf(deployment, now).join('\n'),
    actions: actionsOf(deployment),
    children: [
      ...errorRows(deployment),
      ...healthRows(deployment),
      ...(order?.pipelines ?? []).map((pipeline, index) => batchRow(pipeline, index, id)),
    ],
    isOpen: isFollowed(deployment),
    loads: order === undefined && deployment.changeOrderId !== undefined && !isFollowed(deployment),
  };
}

/** `running, batch 1 of 2` */
function currentState(deployment: Deployment): string {
  const batch = isEnded(deployment) ? undefined : batchText(deployment);
  const state = stateText(deployment);
  return batch === undefined ? state : `${state}, ${batch}`;
}

type Look = Pick<Row, 'color' | 'icon'>;

const succeeded: Look = { icon: 'pass', color: 'testing.iconPassed' };
const failed: Look = { icon: 'error', color: 'list.errorForeground' };
const waiting: Look = { icon: 'debug-pause', color: 'list.warningForeground' };
const running: Look = { icon: 'loading~spin' };
const aborted: Look = { icon: 'circle-slash' };
const notStarted: Look = { icon: 'circle-large-outline' };

const watching: Look = { icon: 'watch' };

const looks: Readonly<Record<DeploymentState, Look>> = {
  starting: running,
  running,
  waitingForConfirmation: waiting,
  waitingForNextBatch: watching,
  succeeded,
  failed,
  aborted,
  partial: { icon: 'warning', color: 'list.warningForeground' },
  unfollowed: { icon: 'eye-closed' },
};

/** Of batches, stages, tasks and instances. */
const statusLooks: ReadonlyMap<number | undefined, Look> = new Map([
  [changeStatus.running, running],
  [changeStatus.success, succeeded],
  [changeStatus.failed, failed],
  [changeStatus.systemFault, failed],
  [changeStatus.terminated, aborted],
  [changeStatus.waitingForConfirmation, waiting],
  [changeStatus.waitingForNextBatch, watching],
]);

function actionsOf(deployment: Deployment): readonly RowAction[] {
  const { state, changeOrderId, error, problem } = deployment;
  const hasOrder = changeOrderId !== undefined;
  const mayRun = hasOrder && !isEnded(deployment);
  return [
    ...(state === 'waitingForConfirmation' ? (['confirm'] as const) : []),
    ...(state === 'unfollowed' ? (['follow'] as const) : []),
    ...(mayRun ? (['abort'] as const) : []),
    ...(hasOrder && state !== 'starting' ? (['rollBack'] as const) : []),
    'console',
    ...(hasOrder ? (['copyOrder'] as const) : []),
    ...((error ?? problem)?.facts.requestId === undefined ? [] : (['copyRequest'] as const)),
    ...(isFollowed(deployment) && hasOrder ? (['stopFollowing'] as const) : []),
    ...(isFollowed(deployment) ? [] : (['remove'] as const)),
  ];
}

function hintOf(deployment: Deployment, now: number): readonly string[] {
  const { application, version, previousVersion, changeOrderId } = deployment;
  const { problem, startedAt, endedAt } = deployment;
  const fact = <T>(known: T | undefined, say: (known: T) => string): readonly string[] =>
    known === undefined ? [] : [say(known)];
  return [
    `${application.name} (${application.id})`,
    ...fact(application.namespace, (text) => l10n.t('Namespace: {0}', text)),
    ...fact(version, (text) => l10n.t('Version: {0}', text)),
    ...fact(previousVersion, (text) => l10n.t('Deployed before: {0}', text)),
    ...fact(changeOrderId, (text) => l10n.t('Change order: {0}', text)),
    l10n.t('Started {0}.', formatTime(startedAt, now)),
    ...fact(endedAt, (ms) => l10n.t('Ended {0}.', formatTime(ms, now))),
    ...fact(problem, (error) =>
      l10n.t('Its state could not be read just now: {0}', describeError(error).sentence),
    ),
  ];
}

/** Why it failed, or is not followed any more: the first thing that one wants to read. */
function errorRows({ id, error }: Deployment): readonly Row[] {
  if (error === undefined) {
    return [];
  }
  const { sentence, reference } = describeError(error);
  const { stage, instance, serverMessage } = error.facts;
  // What EDAS says fits a narrow view better than a whole sentence, which is in the hover.
  const label = serverMessage ?? sentence;
  const place = [stage, instance].filter((text) => text !== undefined).join(' · ');
  return [
    {
      id: `${id}/error`,
      label,
      ...(place !== '' && { description: place }),
      icon: 'info',
      ariaLabel: [sentence, reference].join(' ').trim(),
      tooltip: [sentence, reference].join('\n').trim(),
      actions: error.facts.requestId === undefined ? [] : ['copyRequest'],
      children: [],
    },
  ];
}

/** A success whose instances do not all run is worth a row. */
function healthRows({ id, health }: Deployment): readonly Row[] {
  if (health === undefined || health.healthy === health.total) {
    return [];
  }
  const label = l10n.t('{0} of {1} instances pass their check', health.healthy, health.total);
  return [
    {
      id: `${id}/health`,
      label,
      ariaLabel: label,
      icon: 'warning',
      color: 'list.warningForeground',
      tooltip: l10n.t(
        'EDAS deployed the version, but not all instances run as they should. Check them in the EDAS console.',
      ),
      actions: [],
      children: [],
    },
  ];
}

function batchRow(pipeline: ChangePipeline, index: number, parent: string): Row {
  const id = `${parent}/${index}`;
  return {
    ...rowOf(id, batchName(pipeline, index), pipeline.status, undefined),
    children: pipeline.stages.map((stage, number) => stageRow(stage, number, id)),
    isOpen: true,
  };
}

function stageRow(stage: ChangeStage, index: number, parent: string): Row {
  const id = `${parent}/${index}`;
  return {
    ...rowOf(id, stage.name || l10n.t('Stage {0}', index + 1), stage.status, stage.message),
    children: [
      ...stage.tasks.map((task, number) => taskRow(task, `${id}/task-${number}`)),
      ...stage.instances.map((each, number) => instanceRow(each, `${id}/instance-${number}`)),
    ],
  };
}

function taskRow(task: ChangeTask, id: string): Row {
  const { name, status, errorCode, errorMessage, message, isIgnored } = task;
  const words = [errorCode, errorMessage ?? message].filter((text) => text !== undefined);
  const row = rowOf(id, name, status, words.join(': ') || undefined);
  return isIgnored && row.icon === failed.icon
    ? { ...row, icon: 'warning', color: 'list.warningForeground' }
    : row;
}

function instanceRow({ name, ip, podStatus, status, stages }: ChangeInstance, id: string): Row {
  const step = stages.findLast(({ message }) => message !== undefined);
  const words = [ip === name ? undefined : ip, podStatus, step?.message];
  return rowOf(id, name, status, words.filter((text) => text !== undefined).join(' · '));
}

/** @param more what EDAS says of it */
function rowOf(
  id: string,
  label: string,
  status: number | undefined,
  more: string | undefined,
): Row {
  const texts = [statusText(status), more].filter((text) => text !== undefined && text !== '');
  const all = [label, ...texts].join(', ');
  return {
    id,
    label,
    description: texts.join(' · '),
    ...(statusLooks.get(status) ?? notStarted),
    ariaLabel: all,
    tooltip: [label, ...texts].join('\n'),
    actions: [],
    children: [],
  };
}
