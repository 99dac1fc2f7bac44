/**
 * How failures of an action are handled. Not cockatiel: its waits cannot be aborted, and a transfer must stop within a
 * second, and they do not use a test's clock.
 */
export interface Policy {
  run<T>(action: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** Combines policies, outermost first. */
export function compose(...policies: readonly Policy[]): Policy {
  return {
    run: <T>(action: () => Promise<T>, signal?: AbortSignal) =>
      policies.reduceRight<() => Promise<T>>(
        (inner, policy) => () => policy.run(inner, signal),
        action,
      )(),
  };
}
