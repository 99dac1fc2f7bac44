import { randomUUID } from 'node:crypto';

/** Status of orders, pipelines, stages and tasks, as EDAS numbers them. */
export const status = {
  ready: 0,
  running: 1,
  success: 2,
  failed: 3,
  terminated: 6,
  partial: 7,
  waitsForConfirmation: 8,
  waitsForNextBatch: 9,
  systemFault: 10,
} as const;

/** Where and how an order fails. */
export interface OrderFailure {
  /** Counted from 1; default 1. */
  readonly batch?: number;
  /** Name of the stage; default the last. */
  readonly stage?: string;
  /** The final status of the order; default `status.failed`. */
  readonly status?: number;
  /** The reason, in one of the fields that EDAS may use for it. */
  readonly taskCode?: string;
  readonly taskError?: string;
  readonly taskMessage?: string;
  readonly instanceMessage?: string;
  readonly stageMessage?: string;
}

interface Stage {
  readonly id: string;
  readonly name: string;
  status: number;
  /** Remaining time, ms. */
  leftMs: number;
}

export interface Pipeline {
  readonly id: string;
  readonly name: string;
  status: number;
  readonly stages: Stage[];
  readonly instances: readonly { readonly name: string; readonly ip: string }[];
}

export interface OrderPlan {
  readonly applicationId: string;
  /** `CoDeploy`, `CoRollback`, …  */
  readonly type: string;
  readonly source: 'console' | 'pop';
  readonly description: string;
  readonly desc?: string;
  readonly groupId?: string;
  readonly isPod: boolean;
  readonly isManual: boolean;
  readonly batchWaitMs: number;
  readonly stageNames: readonly string[];
  /** How long a stage takes, ms. */
  readonly stageMs: number;
  /** The instances of each batch. */
  readonly batches: readonly (readonly { readonly name: string; readonly ip: string }[])[];
  /** The failure of a stage, if it is to fail. */
  readonly failureAt: (batch: number, stage: string) => OrderFailure | undefined;
  readonly onSuccess: () => void;
  /** The parameters of the call, for tests. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** A change order that moves through its batches and stages as time passes. */
export class SandboxOrder {
  readonly id = randomUUID();
  readonly pipelines: Pipeline[];
  status: number = status.ready;
  failure?: OrderFailure;
  finishedAt?: number;
  /** It runs without progress. */
  isEndless = false;
  /** Remaining wait between two batches, ms. */
  private waitMs = 0;

  constructor(
    readonly plan: OrderPlan,
    readonly createdAt: number,
  ) {
    this.pipelines = plan.batches.map((instances, index) => ({
      id: randomUUID(),
      name: ` Batch: ${index + 1}`,
      status: status.ready,
      instances,
      stages: plan.stageNames.map((name) => ({
        id: randomUUID(),
        name,
        status: status.ready,
        leftMs: plan.stageMs,
      })),
    }));
  }

  get isOver(): boolean {
    const { success, failed, terminated, partial, systemFault } = status;
    return [success, failed, terminated, partial, systemFault].some((each) => each === this.status);
  }

  /** Progresses by this time. */
  pass(ms: number, now: number): void {
    if (this.isEndless) {
      this.status = status.running;
      return;
    }
    let left = ms;
    while (left > 0 && !this.isOver && this.status !== status.waitsForConfirmation) {
      left = this.status === status.waitsForNextBatch ? this.passWait(left) : this.passStage(left);
    }
    if (this.isOver) this.finishedAt ??= now;
  }

  confirm(pipelineId: string): boolean {
    const pipeline = this.pipelines.find(({ id }) => id === pipelineId);
    if (this.isOver || pipeline?.status !== status.waitsForConfirmation) return false;
    pipeline.status = status.ready;
    this.status = status.running;
    return true;
  }

  abort(now: number): void {
    const current = this.pipelines.find(({ status: each }) => each !== status.success);
    if (current) current.status = status.terminated;
    this.status = status.terminated;
    this.finishedAt = now;
  }

  private passWait(ms: number): number {
    const used = Math.min(ms, this.waitMs);
    this.waitMs -= used;
    if (this.waitMs === 0) this.status = status.running;
    return ms - used;
  }

  private passStage(ms: number): number {
    const index = this.pipelines.findIndex(({ status: each }) => each !== status.success);
    const pipeline = this.pipelines[index]!;
    const stage = pipeline.stages.find(({ status: each }) => each !== status.success)!;
    this.status = status.running;
    pipeline.status = status.running;
    stage.status = status.running;
    const used = Math.min(ms, stage.leftMs);
    stage.leftMs -= used;
    if (stage.leftMs === 0) this.endStage(index, stage);
    return ms - used;
  }

  private endStage(index: number, stage: Stage): void {
    const pipeline = this.pipelines[index]!;
    const failure = this.plan.failureAt(index + 1, stage.name);
    if (failure) {
      this.failure = failure;
      this.status = failure.status ?? status.failed;
      stage.status = pipeline.status = this.status === status.partial ? status.failed : this.status;
      return;
    }
    stage.status = status.success;
    if (pipeline.stages.some(({ status: each }) => each !== status.success)) return;
    pipeline.status = status.success;
    const next = this.pipelines[index + 1];
    if (!next) {
      this.status = status.success;
      this.plan.onSuccess();
    } else if (this.plan.isManual) {
      this.status = next.status = status.waitsForConfirmation;
    } else if (this.plan.batchWaitMs > 0) {
      this.status = next.status = status.waitsForNextBatch;
      this.waitMs = this.plan.batchWaitMs;
    }
  }
}
