import { workspace, type Uri } from 'vscode';
import { parseEndpoint } from '../../core/alibaba/endpoint';
import type { Network } from '../../core/alibaba/edas/credential';
import type { Account } from '../account';

/** The section of the extension in settings.json. */
export const settingsSection = 'edasPackages';

/** The values of each setting that has a few; the first one is the default, also instead of an invalid value. */
export const choices = {
  network: ['public', 'vpc', 'internal'],
  fetchOnShow: [true, false],
  autoRenew: [false, true],
  deltaUpload: [true, false],
  api: ['ask', 'allow', 'deny'],
} as const;

export type Choice<N extends keyof typeof choices> = (typeof choices)[N][number];

/** The value of a setting, of any type. */
export function readSetting(name: string): unknown {
  return workspace.getConfiguration(settingsSection).get<unknown>(name);
}

export function choiceSetting<N extends keyof typeof choices>(name: N): Choice<N> {
  const found = readSetting(name);
  const values: readonly unknown[] = choices[name];
  return (values.includes(found) ? found : values[0]) as Choice<N>;
}

/**
 * `edasPackages.endpoint`: the EDAS endpoint instead of the region's own.
 * @returns a normalised origin; undefined when the setting is empty or invalid (`SettingsValidator` warns of that)
 */
export function endpointSetting(): string | undefined {
  const text = readSetting('endpoint');
  try {
    return typeof text === 'string' && text.trim() !== '' ? parseEndpoint(text.trim()) : undefined;
  } catch {
    return undefined;
  }
}

/** Which of the credential's OSS endpoints is used for an account: its own choice, else the setting's. */
export function networkOf(account: Account | undefined): Network {
  return account?.network ?? choiceSetting('network');
}

/** `edasPackages.objectKeyTemplate`: the name under the package prefix that an uploaded file gets. */
export function objectKeyTemplateSetting(file: Uri): string {
  const text = workspace.getConfiguration(settingsSection, file).get<unknown>('objectKeyTemplate');
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : '${fileName}';
}
