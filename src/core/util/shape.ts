/** Whether a value that was stored, or comes from outside, has an expected form. */
export type Check = (value: unknown) => boolean;

export function isString(value: unknown): value is string {
  return typeof value === 'string';
}

/** A string that is not empty. */
export function isText(value: unknown): value is string {
  return isString(value) && value !== '';
}

export function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

/** A whole number, 0 or more. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** An object that is no array. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function optional(check: Check): Check {
  return (value) => value === undefined || check(value);
}

export function listOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

/** An object whose members have these forms. It may have further ones. */
export function shapeOf<T>(members: { readonly [Name in keyof Required<T>]: Check }): (
  value: unknown,
) => value is T {
  return (value): value is T =>
    isRecord(value) && Object.entries<Check>(members).every(([name, check]) => check(value[name]));
}
