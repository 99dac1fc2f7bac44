import { CodedError } from '../../errors/catalogue';
import { stsEndpoint } from '../sts/endpoint';
import { defaultSessionName, type RoleRequest } from '../sts/role';
import type { CliConfig } from './cliConfig';
import type { ProfileReader } from './profileReader';
import type { KeyResolution } from './keySource';

/** Roles that lead to roles: more than this is a mistake, and each one is a request. */
const longestChain = 8;

/**
 * All modes of the CLI (github aliyun/aliyun-cli, config/profile.go, knownModes); it compares them case-blind. Those
 * from the fifth on would have us run programs, ask a metadata service or open a browser.
 */
const modes = [
  'AK',
  'StsToken',
  'RamRoleArn',
  'ChainableRamRoleArn',
  'EcsRamRole',
  'RsaKeyPair',
  'RamRoleArnWithRoleName',
  'External',
  'CredentialsURI',
  'OIDC',
  'CloudSSO',
  'OAuth',
  'BearerToken',
  'Anonymous',
] as const;

export type CliMode = (typeof modes)[number];

/**
 * How a profile gets its keys; where none is written, what the CLI makes of the fields that are there.
 * @returns undefined for a mode that the CLI does not know either
 */
export function cliModeOf(profile: ProfileReader): CliMode | undefined {
  const written = profile.peek('mode');
  if (written !== undefined) {
    return modes.find((mode) => mode.toLowerCase() === written.toLowerCase());
  }
  if (profile.peek('sts_token') !== undefined) {
    return 'StsToken';
  }
  return profile.peek('ram_role_arn') === undefined ? 'AK' : 'RamRoleArn';
}

/**
 * How to get the keys of a profile of the CLI's configuration.
 * @throws CodedError keys.profileMissing (subject: the profile; detail `source_profile` when it is the one that it
 * names), keys.modeUnsupported (detail: the mode, `unknown` for one that is not the CLI's), keys.incomplete
 * and keys.malformed (detail: the field), keys.chainTooLong (subject: the profile where we stopped)
 */
export function resolveCliProfile(
  config: CliConfig,
  file: string,
  profileName: string,
): KeyResolution {
  const chosen = config.profiles.get(profileName);
  if (chosen === undefined) {
    throw new CodedError('keys.profileMissing', { file, subject: profileName });
  }
  return planOf(config, chosen, []);
}

function planOf(
  config: CliConfig,
  profile: ProfileReader,
  roles: readonly RoleRequest[],
): KeyResolution {
  const mode = cliModeOf(profile);
  if (mode === 'AK') {
    return { keys: pairOf(profile), roles };
  }
  if (mode === 'StsToken') {
    return { keys: { ...pairOf(profile), securityToken: profile.secret('sts_token') }, roles };
  }
  if (mode === 'RamRoleArn') {
    const token = profile.peek('sts_token') !== undefined && {
      securityToken: profile.secret('sts_token'),
    };
    return { keys: { ...pairOf(profile), ...token }, roles: [roleOf(profile), ...roles] };
  }
  if (mode === 'ChainableRamRoleArn') {
    // A circle is a chain without an end, so one guard does for both.
    if (roles.length >= longestChain) {
      throw new CodedError('keys.chainTooLong', profile.place);
    }
    return planOf(config, sourceOf(config, profile), [roleOf(profile), ...roles]);
  }
  throw new CodedError('keys.modeUnsupported', { ...profile.place, detail: mode ?? 'unknown' });
}

function sourceOf(config: CliConfig, profile: ProfileReader): ProfileReader {
  const source = config.profiles.get(profile.required('source_profile'));
  if (source === undefined) {
    throw new CodedError('keys.profileMissing', { ...profile.place, detail: 'source_profile' });
  }
  return source;
}

function pairOf(profile: ProfileReader): KeyResolution['keys'] {
  return {
    accessKeyId: profile.key('access_key_id'),
    accessKeySecret: profile.secret('access_key_secret'),
  };
}

function roleOf(profile: ProfileReader): RoleRequest {
  const externalId = profile.text('external_id');
  const durationSeconds = profile.count('expired_seconds');
  return {
    roleArn: profile.roleArn('ram_role_arn'),
    sessionName: profile.text('ram_session_name') ?? defaultSessionName,
    ...(externalId !== undefined && { externalId }),
    ...(durationSeconds !== undefined && { durationSeconds }),
    endpoint: endpointOf(profile),
  };
}

function endpointOf(profile: ProfileReader): string {
  const endpoint = profile.text('sts_endpoint');
  const regionId = profile.text('sts_region');
  try {
    return stsEndpoint({ endpoint, regionId });
  } catch {
    // Its error names the text; ours names the field.
    throw profile.malformed(endpoint === undefined ? 'sts_region' : 'sts_endpoint');
  }
}
