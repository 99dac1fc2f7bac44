import { forEachLimit } from '../../core/util/concurrency';
import { isAbort } from '../../core/errors/catalogue';
import { BatchStop } from '../../core/errors/classify';
import type { Outcome } from './summary';

/**
 * Does something with several objects, a few at once; the failure of one is its outcome. After a failure that concerns
 * all of them, and after an abort, nothing more is started.
 *
 * @param limit how many at once
 */
export async function eachObject<T extends { readonly name: string }>(
  objects: readonly T[],
  work: (object: T) => Promise<Outcome>,
  signal: AbortSignal,
  limit = 3,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = objects.map(({ name }) => ({ kind: 'notStarted', name }));
  const stop = new BatchStop();
  await forEachLimit(objects.entries(), limit, async ([index, object]) => {
    if (stop.isStopped || signal.aborted) {
      return;
    }
    try {
      outcomes[index] = await work(object);
      stop.succeeded();
    } catch (error) {
      if (isAbort(error)) {
        outcomes[index] = { kind: 'cancelled', name: object.name };
      } else {
        outcomes[index] = { kind: 'failed', name: object.name, error };
        stop.failed(error);
      }
    }
  });
  return outcomes;
}
