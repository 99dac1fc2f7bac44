import { join } from 'node:path';

import { CodedError } from '../../errors/catalogue';
import { ProfileReader } from './profileReader';
import { readKeyFile } from './keyFile';
import type { KeyEnvironment } from './keySource';
import { firstDefined } from './variables';

/** The Alibaba Cloud CLI's `config.json`: {current, profiles[]} (github aliyun/aliyun-cli, config/configuration.go). */
export interface CliConfig {
  /** Name of the profile that the CLI uses unless told otherwise. */
  readonly current?: string;
  /** By name; of two with one name the first, as the CLI has it. */
  readonly profiles: ReadonlyMap<string, ProfileReader>;
}

/** Where the CLI keeps it. */
export function cliConfigFile(surroundings: KeyEnvironment): string {
  return join(surroundings.home, '.aliyun', 'config.json');
}

/** The profile that the CLI would use here. */
export function cliCurrentProfile(config: CliConfig, { env }: KeyEnvironment): string | undefined {
  return (
    firstDefined(env, ['ALIBABACLOUD_PROFILE', 'ALIBABA_CLOUD_PROFILE', 'ALICLOUD_PROFILE'])
      ?.value ?? config.current
  );
}

/** @throws CodedError keys.fileNotFound, keys.fileUnreadable, keys.fileBroken (with the place in the file) */
export async function readCliConfig(file: string, signal?: AbortSignal): Promise<CliConfig> {
  return parseCliConfig(await readKeyFile(file, signal), file);
}

/** @throws CodedError keys.fileBroken */
export async function parseCliConfig(text: string, file: string): Promise<CliConfig> {
  const config = asRecord(await parseJson(text, file));
  const profiles = config?.profiles ?? [];
  if (config === undefined || !Array.isArray(profiles)) {
    throw new CodedError('keys.fileBroken', { file, detail: 'profiles' });
  }
  const byName = new Map<string, ProfileReader>();
  for (const [index, entry] of profiles.entries()) {
    const profile = asRecord(entry);
    const name = profile?.name;
    if (profile === undefined || typeof name !== 'string') {
      throw new CodedError('keys.fileBroken', { file, detail: `profiles[${index}].name` });
    }
    if (!byName.has(name)) {
      byName.set(name, new ProfileReader(file, name, profile));
    }
  }
  const current = config.current;
  return { profiles: byName, ...(typeof current === 'string' && current !== '' && { current }) };
}

async function parseJson(text: string, file: string): Promise<unknown> {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The engine's message quotes the text, so neither it nor a cause goes on; only the place does.
    const { placeOfFault } = await import('./jsonFault');
    throw new CodedError('keys.fileBroken', { file, ...placeOfFault(text) });
  }
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
