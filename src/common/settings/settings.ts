import { workspace, type Uri } from 'vscode';
import { parseEndpoint } from '../../core/alibaba/endpoint';
import type { Network } from '../../core/alibaba/edas/credential';
import type { Account } from '../account';
import { isApiSetting, type ApiSetting } from './apiSetting';
import { isNetwork } from './network';

/** The section of the extension in settings.json. */
export const settingsSection = 'edasPackages';

/** The value of a setting, of any type. */
export function readSetting(name: string): unknown {
  return workspace.getConfiguration(settingsSection).get<unknown>(name);
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

/** `edasPackages.network`: which of the credential's OSS endpoints is used. */
export function networkSetting(): Network {
  const text = readSetting('network');
  return isNetwork(text) ? text : 'public';
}

/** Which of the credential's OSS endpoints is used for an account: its own choice, else the setting's. */
export function networkOf(account: Account | undefined): Network {
  return account?.network ?? networkSetting();
}

/** `edasPackages.fetchOnShow`: whether the Credential view fetches automatically when it is shown. */
export function fetchOnShowSetting(): boolean {
  return readSetting('fetchOnShow') !== false;
}

/** `edasPackages.autoRenew`: whether the credential is renewed before it expires, while the window has the focus. */
export function autoRenewSetting(): boolean {
  return readSetting('autoRenew') === true;
}

/** `edasPackages.api`: whether other extensions may upload. */
export function apiSetting(): ApiSetting {
  const text = readSetting('api');
  return isApiSetting(text) ? text : 'ask';
}

/** `edasPackages.objectKeyTemplate`: the name under the package prefix that an uploaded file gets. */
export function objectKeyTemplateSetting(file: Uri): string {
  const text = workspace.getConfiguration(settingsSection, file).get<unknown>('objectKeyTemplate');
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : '${fileName}';
}
