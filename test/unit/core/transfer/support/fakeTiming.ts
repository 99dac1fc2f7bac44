import { abortError } from '../../../../../src/core/util/abort';
import type { Timing } from '../../../../../src/core/util/timing';

/** Time that passes only by waiting, and chance that is always the same. */
export class FakeTiming implements Timing {
  time = 0;
  readonly waits: number[] = [];
  /** Told before each wait. */
  onWait: (ms: number) => void = () => undefined;

  /** Awaited before each wait. */
  beforeWait: () => Promise<void> = () => Promise.resolve();

  constructor(private readonly chance = 0.5) {}

  now(): number {
    return this.time;
  }

  random(): number {
    return this.chance;
  }

  async wait(ms: number, signal?: AbortSignal): Promise<void> {
    this.waits.push(ms);
    this.onWait(ms);
    this.time += ms;
    await this.beforeWait();
    if (signal?.aborted === true) {
      throw abortError();
    }
  }
}
