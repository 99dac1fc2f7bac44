import {
  changeStatus,
  type ChangeInstance,
  type ChangeOrder,
  type ChangeStage,
} from '../alibaba/edas/changeOrder';
import { CodedError, type ErrorCode, type ErrorFacts } from '../errors/catalogue';

/** The error for each status that ends an order without success. */
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

/** A message that may be the reason, and the status of what it is about. */
interface Candidate {
  readonly status?: number;
  /** The task or the step of an instance. */
  readonly step?: string;
  readonly facts: Pick<ErrorFacts, 'instance' | 'serverCode' | 'serverMessage'>;
}

/** Where EDAS gives messages, from the most specific to the most general. */
const places: readonly ((stage: ChangeStage) => readonly Candidate[])[] = [
  taskErrors,
  taskMessages,
  instanceMessages,
  stageMessages,
];

/**
 * Why an order failed: the deepest message that EDAS gives. First a task with an error of its own, then the message of a
 * task that did not succeed, then that of an instance or pod, then that of a stage; nothing when there is none.
 */
function reasonOf({ pipelines }: ChangeOrder): ErrorFacts {
  for (const candidatesIn of places) {
    const candidates = pipelines.flatMap((pipeline) =>
      pipeline.stages.flatMap((stage) =>
        candidatesIn(stage)
          .filter(hasNotSucceeded)
          .map(({ status, step, facts }) => ({
            status,
            facts: { stage: pathOf(pipeline.name, stage.name, step), ...facts },
          })),
      ),
    );
    // What failed says more than what has not run.
    const found = candidates.find(hasFailed) ?? candidates[0];
    if (found !== undefined) {
      return found.facts;
    }
  }
  return {};
}

function taskErrors({ tasks }: ChangeStage): readonly Candidate[] {
  return tasks
    .filter(({ errorCode, errorMessage }) => errorCode !== undefined || errorMessage !== undefined)
    .map(({ status, name, errorCode, errorMessage, message }) => ({
      status,
      step: name,
      facts: { serverCode: errorCode, serverMessage: errorMessage ?? message },
    }));
}

function taskMessages({ tasks }: ChangeStage): readonly Candidate[] {
  return tasks
    .filter(({ message }) => message !== undefined)
    .map(({ status, name, message }) => ({
      status,
      step: name,
      facts: { serverMessage: message },
    }));
}

function instanceMessages({ instances }: ChangeStage): readonly Candidate[] {
  return instances.flatMap((instance) => {
    const { status, podStatus } = instance;
    const steps = instance.stages.filter((each) => each.message !== undefined);
    const step = steps.findLast(hasFailed) ?? steps.findLast(hasNotSucceeded);
    const serverMessage = step?.message ?? podStatus;
    const facts = { serverMessage, instance: instanceName(instance) };
    return serverMessage === undefined ? [] : [{ status, step: step?.name, facts }];
  });
}

function stageMessages({ status, message }: ChangeStage): readonly Candidate[] {
  return message === undefined ? [] : [{ status, facts: { serverMessage: message } }];
}

function instanceName({ name, ip, podStatus }: ChangeInstance): string {
  const more = [ip === name ? undefined : ip, podStatus].filter((text) => text !== undefined);
  return more.length === 0 ? name : `${name} (${more.join(', ')})`;
}

/** Batch, stage and step, as EDAS names them. */
function pathOf(...names: readonly (string | undefined)[]): string {
  return names
    .map((name) => name?.trim() ?? '')
    .filter((name) => name !== '')
    .join(' › ');
}

function hasFailed({ status }: { readonly status?: number }): boolean {
  return status === changeStatus.failed || status === changeStatus.systemFault;
}

function hasNotSucceeded({ status }: { readonly status?: number }): boolean {
  return status !== changeStatus.success;
}
