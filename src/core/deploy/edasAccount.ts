import type { EdasDeployApi } from '../alibaba/edas/deployApi';
import type { EdasRequest } from '../alibaba/edas/edasApi';
import { hasCode } from '../errors/catalogue';
import { WaitForNetwork } from '../transfer/offline';
import { compose, type Policy } from '../transfer/policy';
import { Retry } from '../transfer/retry';
import { RetryBudget } from '../transfer/retryBudget';
import type { Timing } from '../transfer/timing';
import type { Log } from '../util/log';

export interface EdasAccountOptions {
  readonly api: EdasDeployApi;
  /** The account's keys as they are now, and its endpoint. */
  readonly caller: (signal?: AbortSignal) => Promise<EdasRequest>;
  readonly timing: Timing;
  readonly log: Log;
}

/** One call; the signal is passed on to it. */
export type EdasCall<T> = (
  api: EdasDeployApi,
  caller: EdasRequest,
  signal: AbortSignal | undefined,
) => Promise<T>;

/** How long a call that a person waits for waits for the network, ms. */
const networkPatienceMs = 10_000;
/** Attempts after the first. */
const readRetries = 5;

/** The deploy API for one account. Its keys are read at first use and again when EDAS refuses them. */
export class EdasAccount {
  #caller: EdasRequest | undefined;

  constructor(private readonly options: EdasAccountOptions) {}

  /** Reads something; repeated under the same policy as the requests of a transfer. */
  read<T>(call: EdasCall<T>, signal?: AbortSignal): Promise<T> {
    return this.#policy().run(() => this.once(call, signal), signal);
  }

  /**
   * Sends one call that is not repeated, above all one that changes something. Only when EDAS refuses the keys, so that it
   * has done nothing, they are read anew and the call is sent with those.
   */
  async once<T>(call: EdasCall<T>, signal?: AbortSignal): Promise<T> {
    const { api, caller } = this.options;
    const known = this.#caller;
    try {
      this.#caller = known ?? (await caller(signal));
      return await call(api, this.#caller, signal);
    } catch (error) {
      if (!isRefusalOfKeys(error)) {
        throw error;
      }
      this.#caller = undefined;
      if (known === undefined) {
        throw error;
      }
      this.options.log.info('deploy: EDAS refuses the keys, they are read anew');
      this.#caller = await caller(signal);
      return call(api, this.#caller, signal);
    }
  }

  #policy(): Policy {
    const { timing, log } = this.options;
    return compose(
      new WaitForNetwork({ timing, maxWaitMs: () => networkPatienceMs }),
      new Retry(timing, new RetryBudget(readRetries), (error, waitMs) =>
        log.info(`deploy: again in ${Math.round(waitMs)} ms: ${String(error)}`),
      ),
    );
  }
}

function isRefusalOfKeys(error: unknown): boolean {
  return hasCode(
    error,
    'edas.tokenExpired',
    'edas.tokenInvalid',
    'edas.unknownAccessKey',
    'edas.accessKeyDisabled',
    'edas.wrongSecret',
  );
}
