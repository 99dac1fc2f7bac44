/** `edasPackages.api`: whether other extensions may upload without a question, after one, or not at all. */
export type ApiSetting = 'allow' | 'ask' | 'deny';

export const apiSettings: readonly ApiSetting[] = ['ask', 'allow', 'deny'];

export function isApiSetting(value: unknown): value is ApiSetting {
  return apiSettings.some((setting) => setting === value);
}
