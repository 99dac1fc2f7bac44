import path from 'node:path';

import { CodedError } from '../../errors/catalogue';
import { parseJson } from '../../util/jsonFields';
import { isRecord, isText, shapeOf } from '../../util/shape';
import { ProfileReader } from './profileReader';
import { readKeyFile } from './keyFile';
import { firstDefined, type KeyEnvironment } from './keySource';

/** The Alibaba Cloud CLI's `config.json`: {current, profiles[]} (github aliyun/aliyun-cli, config/configuration.go). */
export interface CliConfig {
  /** Name of the profile that the CLI uses unless told otherwise. */
  readonly current?: string;
  /** By name; of two with the same name the first, like the CLI. */
  readonly profiles: ReadonlyMap<string, ProfileReader>;
}

/** Where the CLI stores it (config/configuration.go, GetHomePath): on Windows it determines the home folder itself. */
export function cliConfigFile({ home, env, platform }: KeyEnvironment): string {
  if (platform !== 'win32') {
    return path.join(home, '.aliyun', 'config.json');
  }
  const { HOMEDRIVE = '', HOMEPATH = '', USERPROFILE = '' } = env;
  return path.win32.join(HOMEDRIVE + HOMEPATH || USERPROFILE || home, '.aliyun', 'config.json');
}

/** The profile that the CLI would use here. */
export function cliCurrentProfile(config: CliConfig, { env }: KeyEnvironment): string | undefined {
  return (
    firstDefined(env, ['ALIBABACLOUD_PROFILE', 'ALIBABA_CLOUD_PROFILE', 'ALICLOUD_PROFILE'])
      ?.value ?? config.current
  );
}

/** @throws CodedError keys.fileNotFound, keys.fileUnreadable, keys.fileBroken */
export async function readCliConfig(file: string, signal?: AbortSignal): Promise<CliConfig> {
  return parseCliConfig(await readKeyFile(file, signal), file);
}

const hasName = shapeOf<{ readonly name: string }>({ name: isText });

/** @throws CodedError keys.fileBroken */
export function parseCliConfig(text: string, file: string): CliConfig {
  const config = parseJson(text);
  if (config === undefined) {
    throw new CodedError('keys.fileBroken', { file });
  }
  const profiles = isRecord(config) ? (config.profiles ?? []) : undefined;
  if (!isRecord(config) || !Array.isArray(profiles)) {
    throw new CodedError('keys.fileBroken', { file, detail: 'profiles' });
  }
  const byName = new Map<string, ProfileReader>();
  // A profile without a name cannot be selected, but the others can.
  for (const profile of profiles.filter(hasName)) {
    if (!byName.has(profile.name)) {
      byName.set(profile.name, new ProfileReader(file, profile.name, { ...profile }));
    }
  }
  return { profiles: byName, current: isText(config.current) ? config.current : undefined };
}
