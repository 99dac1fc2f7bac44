/** A copy of an object without one of its members. */
export function without<T extends object, Name extends keyof T>(
  whole: T,
  name: Name,
): Omit<T, Name> {
  return Object.fromEntries(Object.entries(whole).filter(([each]) => each !== name)) as Omit<
    T,
    Name
  >;
}
