import { workspace, type Uri } from 'vscode';
import { parseEndpoint } from '../core/edas/endpoint';
import type { Network } from '../core/edas/credential';

/** The section of settings.json that is ours. */
export const settingsSection = 'edasPackages';

const networks: readonly Network[] = ['public', 'vpc', 'internal'];

function read(name: string): unknown {
  return workspace.getConfiguration(settingsSection).get<unknown>(name);
}

/**
 * `edasPackages.endpoint`: where EDAS is asked instead of the region's own endpoint.
 * @returns a normalised origin, or undefined when the setting is empty
 * @throws CodedError endpoint.invalid, endpoint.insecure
 */
export function endpointSetting(): string | undefined {
  const text = read('endpoint');
  return typeof text === 'string' && text.trim() !== '' ? parseEndpoint(text.trim()) : undefined;
}

/** `edasPackages.network`: which of the credential's OSS endpoints is used. */
export function networkSetting(): Network {
  const text = read('network');
  return networks.find((network) => network === text) ?? 'public';
}

/** `edasPackages.fetchOnShow`: whether the Credential view fetches by itself when it is shown. */
export function fetchOnShowSetting(): boolean {
  return read('fetchOnShow') !== false;
}

/** `edasPackages.objectKeyTemplate`: the name under the package prefix that an uploaded file gets. */
export function objectKeyTemplateSetting(file: Uri): string {
  const text = workspace.getConfiguration(settingsSection, file).get<unknown>('objectKeyTemplate');
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : '${fileName}';
}
