import { CodedError, isAbort, hasCode } from '../errors/catalogue';
import type { Policy } from './policy';
import { retryClass } from '../errors/classify';

/**
 * A server that refuses a body may close the connection while it is still being sent, and then nobody sees its answer.
 * After such a reset a tiny request of the same kind is made: what it is refused for is the reason.
 */
export class ProbeOnReset implements Policy {
  /** @param ask makes the tiny request; what it throws is looked at, what it gives is not */
  constructor(private readonly ask: () => Promise<unknown>) {}

  async run<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      if (hasCode(error, 'network.reset')) {
        await this.#throwReason(error);
      }
      throw error;
    }
  }

  async #throwReason(reset: CodedError): Promise<void> {
    try {
      await this.ask();
    } catch (reason) {
      if (isAbort(reason)) {
        throw reason;
      }
      if (hasCode(reason) && retryClass(reason) === 'fail') {
        throw new CodedError(reason.code, reason.facts, { cause: reset });
      }
    }
  }
}
