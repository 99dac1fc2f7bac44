/**
 * A rule about failures that any action can be run under. Own ones and not cockatiel's: its waits end neither by an
 * abort, which must stop a transfer within a second, nor by a test's clock.
 */
export interface Policy {
  run<T>(action: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** One policy of several, the outermost first. */
export function compose(...policies: readonly Policy[]): Policy {
  return {
    run: <T>(action: () => Promise<T>, signal?: AbortSignal) =>
      policies.reduceRight<() => Promise<T>>(
        (inner, policy) => () => policy.run(inner, signal),
        action,
      )(),
  };
}
