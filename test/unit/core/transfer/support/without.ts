/** Copies an object without one of its properties. */
export function without<T extends object, Name extends keyof T>(
  object: T,
  name: Name,
): Omit<T, Name> {
  return Object.fromEntries(
    Object.entries(object).filter(([property]) => property !== name),
  ) as Omit<T, Name>;
}
