import { isAbort, hasCode } from '../../core/errors/catalogue';
import type { Outcome } from './summary';

/** So many at a time. */
const lanes = 3;

/**
 * Does something with several objects, a few at a time; what fails for one is its outcome. After a failure that the
 * others could only repeat, and after an abort, what has not begun is left.
 */
export async function eachObject<T extends { readonly name: string }>(
  objects: readonly T[],
  work: (object: T) => Promise<Outcome>,
  signal: AbortSignal,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = objects.map(({ name }) => ({ kind: 'left', name }));
  const queue = objects.entries();
  let goesOn = true;
  const lane = async (): Promise<void> => {
    for (const [index, object] of queue) {
      if (!goesOn || signal.aborted) {
        return;
      }
      try {
        outcomes[index] = await work(object);
      } catch (error) {
        if (!isAbort(error)) {
          outcomes[index] = { kind: 'failed', name: object.name, error };
          goesOn &&= isAboutOne(error);
        }
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return outcomes;
}

/** About one object or file, and not about the way to all of them. */
function isAboutOne(error: unknown): boolean {
  return (
    hasCode(error, 'oss.noSuchKey', 'disk.fileExists', 'disk.notWritable') ||
    (hasCode(error) && /^(?:object|key)\./.test(error.code))
  );
}
