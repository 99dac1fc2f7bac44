import {
  changeStatus,
  type ChangeInstance,
  type ChangeOrder,
  type ChangePipeline,
  type ChangeStage,
  type ChangeTask,
} from '../alibaba/edas/changeOrder';
import { CodedError, type ErrorCode, type ErrorFacts } from '../errors/catalogue';

/** The statuses that end an order without a success, and what each means. */
const failures: ReadonlyMap<number, ErrorCode> = new Map([
  [changeStatus.failed, 'deploy.failed'],
  [changeStatus.terminated, 'deploy.aborted'],
  [changeStatus.partiallyExecuted, 'deploy.partial'],
  [changeStatus.systemFault, 'deploy.systemFault'],
]);

/** What an order ended with; undefined for one that runs or succeeded. */
export function failureOf(order: ChangeOrder, applicationName: string): CodedError | undefined {
  const code = failures.get(order.status);
  if (code === undefined) {
    return undefined;
  }
  const facts = { subject: applicationName, changeOrderId: order.id };
  return new CodedError(code, { ...facts, ...reasonOf(order) });
}

/** `serverCode`, `serverMessage`, `stage` and `instance` of an error. */
type Reason = Pick<ErrorFacts, 'instance' | 'serverCode' | 'serverMessage' | 'stage'>;

/**
 * Why an order failed: the deepest message that EDAS gives. First a task with an error of its own, then the message of a
 * task that did not succeed, then that of an instance or pod, then that of a stage; nothing when there is none.
 */
export function reasonOf({ pipelines }: ChangeOrder): Reason {
  const stages = pipelines.flatMap((pipeline) =>
    pipeline.stages.map((stage) => ({ pipeline, stage })),
  );
  for (const find of [taskError, taskMessage, instanceMessage, stageMessage]) {
    // What failed says more than what has not run.
    for (const isWanted of [hasFailed, hasNotSucceeded]) {
      for (const { pipeline, stage } of stages) {
        const reason = find(stage, isWanted);
        if (reason !== undefined) {
          return { stage: placeOf(pipeline, stage, reason.task), ...reason.facts };
        }
      }
    }
  }
  return {};
}

interface Found {
  readonly task?: string;
  readonly facts: Reason;
}

type Wanted = (item: { readonly status?: number }) => boolean;

function taskError({ tasks }: ChangeStage, isWanted: Wanted): Found | undefined {
  const task = tasks.find(
    (each) => isWanted(each) && (each.errorCode !== undefined || each.errorMessage !== undefined),
  );
  return task && taskFound(task, task.errorMessage ?? task.message);
}

function taskMessage({ tasks }: ChangeStage, isWanted: Wanted): Found | undefined {
  const task = tasks.find((each) => isWanted(each) && each.message !== undefined);
  return task && taskFound(task, task.message);
}

function taskFound({ name, errorCode }: ChangeTask, message: string | undefined): Found {
  return {
    task: name,
    facts: {
      ...(errorCode !== undefined && { serverCode: errorCode }),
      ...(message !== undefined && { serverMessage: message }),
    },
  };
}

function instanceMessage({ instances }: ChangeStage, isWanted: Wanted): Found | undefined {
  for (const instance of instances.filter(isWanted)) {
    const step = instance.stages.findLast((each) => isWanted(each) && each.message !== undefined);
    const message = step?.message ?? instance.podStatus;
    if (message !== undefined) {
      return {
        task: step?.name,
        facts: { serverMessage: message, instance: instanceName(instance) },
      };
    }
  }
  return undefined;
}

function stageMessage(stage: ChangeStage, isWanted: Wanted): Found | undefined {
  return isWanted(stage) && stage.message !== undefined
    ? { facts: { serverMessage: stage.message } }
    : undefined;
}

function instanceName({ name, ip, podStatus }: ChangeInstance): string {
  const more = [ip === name ? undefined : ip, podStatus].filter((text) => text !== undefined);
  return more.length === 0 ? name : `${name} (${more.join(', ')})`;
}

function placeOf(pipeline: ChangePipeline, stage: ChangeStage, task?: string): string {
  return [pipeline.name, stage.name, task ?? '']
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .join(' › ');
}

function hasFailed({ status }: { readonly status?: number }): boolean {
  return status === changeStatus.failed || status === changeStatus.systemFault;
}

function hasNotSucceeded({ status }: { readonly status?: number }): boolean {
  return status !== changeStatus.success;
}
