/** Calls the action for every item, also when it throws for some. @throws the first of these errors at the end */
export function forEachDespiteErrors<T>(items: Iterable<T>, action: (item: T) => void): void {
  const errors: unknown[] = [];
  for (const item of items) {
    try {
      action(item);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) {
    throw errors[0];
  }
}
