import { abortError } from '../../../../../src/core/util/abort';
import type { Timing } from '../../../../../src/core/util/timing';

/** A clock that advances only by waiting, and a constant instead of random numbers. */
export class FakeTiming implements Timing {
  time = 0;
  readonly waits: number[] = [];
  /** Called before each wait. */
  onWait: (ms: number) => void = () => undefined;

  /** Awaited before each wait. */
  beforeWait: () => Promise<void> = () => Promise.resolve();

  constructor(private readonly randomValue = 0.5) {}

  now(): number {
    return this.time;
  }

  random(): number {
    return this.randomValue;
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
