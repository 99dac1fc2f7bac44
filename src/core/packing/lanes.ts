/**
 * Works on the items in their order, at most `count` at a time. The first failure keeps the rest from being begun;
 * it is thrown when what was under way has ended, so that nothing goes on behind the caller's back.
 */
export async function inLanes<T>(
  items: readonly T[],
  count: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  let failure: { readonly error: unknown } | undefined;
  const lane = async (): Promise<void> => {
    for (const item of queue) {
      if (failure !== undefined) {
        return;
      }
      try {
        await work(item);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, items.length) }, lane));
  if (failure !== undefined) {
    throw failure.error;
  }
}
