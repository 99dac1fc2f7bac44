import { EdasDeployApi } from '../alibaba/edas/deployApi';
import type { EdasApi, EdasCaller } from '../alibaba/edas/edasApi';
import { hasCode } from '../errors/catalogue';
import type { Timing } from '../util/timing';
import type { Log } from '../util/log';
import { readPolicy } from '../retry/readPolicy';

interface EdasAccountOptions {
  readonly api: EdasApi;
  /** The account's keys as they are now, and its endpoint. */
  readonly caller: (signal?: AbortSignal) => Promise<EdasCaller>;
  readonly timing: Timing;
  readonly log: Log;
}

/** One call of the deploy API. */
export type EdasCall<T> = (edas: EdasDeployApi) => Promise<T>;

/** The deploy API for one account. Its keys are read at first use and again when EDAS refuses them. */
export class EdasAccount {
  #caller: EdasCaller | undefined;

  constructor(private readonly options: EdasAccountOptions) {}

  /** Reads something; repeated under the same policy as the requests of a transfer. */
  read<T>(call: EdasCall<T>, signal?: AbortSignal): Promise<T> {
    return readPolicy(this.options).run(() => this.once(call, signal), signal);
  }

  /**
   * Sends one call that is not repeated, above all one that changes something. Only when EDAS refuses the keys, so that it
   * has done nothing, they are read again and the call is sent with those.
   */
  async once<T>(call: EdasCall<T>, signal?: AbortSignal): Promise<T> {
    const known = this.#caller;
    try {
      return await this.#send(call, signal);
    } catch (error) {
      if (!isRefusalOfKeys(error)) {
        throw error;
      }
      this.#caller = undefined;
      if (known === undefined) {
        throw error;
      }
      this.options.log.info('deploy: EDAS refuses the keys, they are read again');
      return this.#send(call, signal);
    }
  }

  async #send<T>(call: EdasCall<T>, signal: AbortSignal | undefined): Promise<T> {
    this.#caller ??= await this.options.caller(signal);
    return call(new EdasDeployApi(this.options.api, this.#caller, signal));
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
