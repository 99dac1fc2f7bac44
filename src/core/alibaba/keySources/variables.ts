import type { KeyEnvironment } from './keySource';

/** The first of these environment variables that is set and not empty. */
export function firstDefined(
  env: KeyEnvironment['env'],
  names: readonly string[],
): { readonly name: string; readonly value: string } | undefined {
  for (const name of names) {
    const value = env[name];
    if (value !== undefined && value !== '') {
      return { name, value };
    }
  }
  return undefined;
}
