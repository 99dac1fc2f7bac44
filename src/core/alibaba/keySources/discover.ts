import { type CodedError, hasCode } from '../../errors/catalogue';
import { isRegionName } from '../sts/endpoint';
import { cliConfigFile, cliCurrentProfile, readCliConfig } from './cliConfig';
import { cliModeOf, resolveCliProfile } from './cliProfile';
import {
  credentialsCurrentSection,
  credentialsFilePaths,
  resolveCredentialsFile,
  credentialsTypeOf,
  readCredentialsFile,
} from './credentialsFile';
import { environmentKeyVariable, resolveEnvironment, environmentRegion } from './environment';
import type { KeyResolution, KeySource, KeyEnvironment } from './keySource';

/** A source of keys on this computer, usable or with a problem. Contains no secret. */
export interface DiscoveredKeys {
  readonly source: KeySource;
  /** The profile's, section's or variable's name. */
  readonly name: string;
  /** The kind of keys as named by its source: a mode of the CLI, a type of the credentials file. */
  readonly kind: string;
  readonly regionId?: string;
  /** The CLI or SDK would use this one. */
  readonly current: boolean;
  /** When temporary keys stored there expire, ms since 1970. */
  readonly expiresAt?: number;
  /** Why it cannot be used. */
  readonly problem?: CodedError;
}

export interface KeyDiscovery {
  readonly keys: readonly DiscoveredKeys[];
  /** Files that exist but cannot be read or parsed. */
  readonly problems: readonly CodedError[];
}

/** Finds the key sources on this computer. Reads files and environment variables; sends no request. */
export async function discoverKeys(
  environment: KeyEnvironment,
  signal?: AbortSignal,
): Promise<KeyDiscovery> {
  const found = await Promise.all([
    readSource(() => environmentKeys(environment)),
    readSource(() => cliKeys(environment, signal)),
    ...credentialsFilePaths(environment).map((file) =>
      readSource(() => credentialsFileKeys(file, environment, signal)),
    ),
  ]);
  return {
    keys: found.flatMap((each) => each.keys),
    problems: found.flatMap((each) => each.problems),
  };
}

async function readSource(
  read: () => DiscoveredKeys[] | Promise<DiscoveredKeys[]>,
): Promise<KeyDiscovery> {
  try {
    return { keys: await read(), problems: [] };
  } catch (error) {
    if (!hasCode(error)) {
      throw error;
    }
    return { keys: [], problems: error.code === 'keys.fileNotFound' ? [] : [error] };
  }
}

function environmentKeys(environment: KeyEnvironment): DiscoveredKeys[] {
  const name = environmentKeyVariable(environment);
  if (name === undefined) {
    return [];
  }
  return [
    {
      source: { kind: 'environment' },
      name,
      kind: 'environment',
      regionId: regionOf(environmentRegion(environment)),
      current: true,
      ...validate(() => resolveEnvironment(environment)),
    },
  ];
}

async function cliKeys(
  environment: KeyEnvironment,
  signal?: AbortSignal,
): Promise<DiscoveredKeys[]> {
  const file = cliConfigFile(environment);
  const config = await readCliConfig(file, signal);
  const current = cliCurrentProfile(config, environment);
  return [...config.profiles.values()].map((profile) => ({
    source: { kind: 'cliProfile', file, profile: profile.name },
    name: profile.name,
    kind: cliModeOf(profile) ?? 'unknown',
    regionId: regionOf(profile.peek('region_id')),
    current: profile.name === current,
    ...validate(() => resolveCliProfile(config, file, profile.name)),
  }));
}

async function credentialsFileKeys(
  file: string,
  environment: KeyEnvironment,
  signal?: AbortSignal,
): Promise<DiscoveredKeys[]> {
  const sections = await readCredentialsFile(file, signal);
  const current = credentialsCurrentSection(environment);
  return [...sections.values()].map((section) => ({
    source: { kind: 'credentialsFile', file, section: section.name },
    name: section.name,
    kind: credentialsTypeOf(section),
    current: section.name === current,
    ...validate(() => resolveCredentialsFile(sections, file, section.name)),
  }));
}

function validate(resolve: () => KeyResolution): Pick<DiscoveredKeys, 'expiresAt' | 'problem'> {
  try {
    return { expiresAt: resolve().expiresAt };
  } catch (error) {
    if (!hasCode(error)) {
      throw error;
    }
    return { problem: error };
  }
}

/** Only a valid region id, because the field may contain any text. */
function regionOf(text: string | undefined): string | undefined {
  return text !== undefined && isRegionName(text) ? text : undefined;
}
