import type { Disposable } from '../../core/util/disposable';

/** Starts a one-shot timer; disposing the answer stops it. A parameter so that tests can hold the time. */
export type StartTimer = (ms: number, fire: () => void) => Disposable;

export const startTimeout: StartTimer = (ms, fire) => {
  const timer = setTimeout(fire, ms);
  return { dispose: () => clearTimeout(timer) };
};
