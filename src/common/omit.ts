/** The object without one of its properties: an optional one is absent, not undefined. */
export function omit<T extends object, K extends keyof T>(object: T, key: K): Omit<T, K> {
  const rest = { ...object };
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the key is one of the type's own
  delete rest[key];
  return rest;
}
