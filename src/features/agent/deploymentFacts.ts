import { changeStatus } from '../../core/alibaba/edas/changeOrder';
import { isEnded, isFollowed, type Deployment } from '../../core/deploy/types';
import { isoTime, quoted, type Facts, type Value } from './resultText';
import type { ToolResult } from './tool';

/** A deployment as a line of a list. */
export function deploymentValue(deployment: Deployment): Facts {
  const { id, application, kind, state, version, changeOrderId, startedAt, endedAt } = deployment;
  return {
    deployment: id,
    application: application.name,
    applicationId: application.id,
    namespace: application.namespace,
    kind,
    state,
    version,
    changeOrder: changeOrderId,
    startedAt: isoTime(startedAt),
    endedAt: isoTime(endedAt),
  };
}

/** A deployment with its batches, why it failed, and what to do next. */
export function deploymentResult(deployment: Deployment): ToolResult {
  const { previousVersion, order, problem, error, health } = deployment;
  return {
    facts: {
      ...deploymentValue(deployment),
      previousVersion,
      batch: order?.pipelines.map(({ name, status, stages }): Value => ({
        name,
        status: statusName(status),
        stages: stages.map((stage) => ({ name: stage.name, status: statusName(stage.status) })),
      })),
      lastReadFailed: problem?.code,
      health: health && { ...health },
    },
    next: nextStep(deployment),
    error,
  };
}

/** Whether it is not known if EDAS has started it. */
export function isLost({ state, changeOrderId }: Deployment): boolean {
  return state === 'unfollowed' && changeOrderId === undefined;
}

/** @returns undefined for a status that is not documented */
function statusName(status: number | undefined): string | undefined {
  return Object.entries(changeStatus).find(([, value]) => value === status)?.[0];
}

function nextStep(deployment: Deployment): string {
  const { id, state } = deployment;
  const again = `call edas_get_deployment_status with deployment ${quoted(id)} and waitSeconds`;
  if (state === 'succeeded') {
    return 'Tell the person that the deployment succeeded.';
  }
  if (state === 'waitingForConfirmation') {
    return `The next batch waits for the person, who confirms it in the Deployments view. Then ${again}.`;
  }
  if (isFollowed(deployment)) {
    return `It is not over: ${again}.`;
  }
  return isEnded(deployment)
    ? 'Tell the person. Do not deploy again unless they want it.'
    : `It may go on at EDAS: ${again}.`;
}
