import type { Disposable } from '../../core/util/disposable';

/** Starts a one-shot timer, which disposing the result stops. A parameter, so that tests can control the time. */
export type StartTimer = (ms: number, fire: () => void) => Disposable;

export const startTimeout: StartTimer = (ms, fire) => {
  const timer = setTimeout(fire, ms);
  return { dispose: () => clearTimeout(timer) };
};
