import { CodedError, isAbort, hasCode } from '../errors/catalogue';
import type { Policy } from './policy';
import { retryClass } from '../errors/classify';

/**
 * A server that rejects a request may close the connection while the body is still being sent, so its response is lost.
 * After such a reset a small request of the same kind is sent; the error that it gets is the reason.
 */
export class ProbeOnReset implements Policy {
  /** @param probe sends the small request; its error is used, its result is not */
  constructor(private readonly probe: () => Promise<unknown>) {}

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
      await this.probe();
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
