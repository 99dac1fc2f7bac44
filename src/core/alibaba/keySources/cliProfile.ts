import { CodedError } from '../../errors/catalogue';
import { stsEndpoint } from '../sts/endpoint';
import { defaultSessionName, type RoleRequest } from '../sts/role';
import type { CliConfig } from './cliConfig';
import type { ProfileReader } from './profileReader';
import type { KeyResolution } from './keySource';

/** Roles that are assumed with the keys of another role: a longer chain is a mistake, and each role is a request. */
const longestChain = 8;

/** Temporary keys that expire sooner are not worth a request, ms. */
const expiryMarginMs = 60_000;

/**
 * All modes of the CLI (github aliyun/aliyun-cli, config/profile.go, knownModes); it compares them case-blind. Those
 * that are not used below would require running programs or calling a metadata service.
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

type CliMode = (typeof modes)[number];

/**
 * How a profile gets its keys: its mode or, without one, what the CLI concludes from the fields.
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
 * and keys.malformed (detail: the field), keys.loginNeeded (detail: the mode), keys.chainTooLong (subject: the profile
 * where we stopped)
 * @param now ms since 1970
 */
export function resolveCliProfile(
  config: CliConfig,
  file: string,
  profileName: string,
  now = Date.now(),
): KeyResolution {
  const chosen = config.profiles.get(profileName);
  if (chosen === undefined) {
    throw new CodedError('keys.profileMissing', { file, subject: profileName });
  }
  return resolveProfile(config, chosen, [], now);
}

function resolveProfile(
  config: CliConfig,
  profile: ProfileReader,
  roles: readonly RoleRequest[],
  now: number,
): KeyResolution {
  const mode = cliModeOf(profile);
  if (mode === 'AK') {
    return { keys: pairOf(profile), roles };
  }
  if (mode === 'StsToken') {
    return { keys: { ...pairOf(profile), securityToken: profile.secret('sts_token') }, roles };
  }
  if (mode === 'RamRoleArn') {
    const hasToken = profile.peek('sts_token') !== undefined;
    const securityToken = hasToken ? profile.secret('sts_token') : undefined;
    return { keys: { ...pairOf(profile), securityToken }, roles: [roleOf(profile), ...roles] };
  }
  if (mode === 'ChainableRamRoleArn') {
    // A circle is an endless chain, so this limit covers it, too.
    if (roles.length >= longestChain) {
      throw new CodedError('keys.chainTooLong', profile.errorFacts);
    }
    return resolveProfile(config, sourceOf(config, profile), [roleOf(profile), ...roles], now);
  }
  if (mode === 'CloudSSO' || mode === 'OAuth') {
    return { ...cachedKeys(profile, mode, now), roles };
  }
  throw new CodedError('keys.modeUnsupported', {
    ...profile.errorFacts,
    detail: mode ?? 'unknown',
  });
}

/**
 * The temporary keys that the CLI got by its last login in a browser. It renews them when it runs; here they are only
 * read.
 */
function cachedKeys(
  profile: ProfileReader,
  mode: CliMode,
  now: number,
): Pick<KeyResolution, 'expiresAt' | 'keys'> {
  const expiresAt = (profile.count('sts_expiration') ?? 0) * 1000;
  const fields = ['access_key_id', 'access_key_secret', 'sts_token'];
  const isComplete = fields.every((field) => profile.text(field) !== undefined);
  if (!isComplete || expiresAt - expiryMarginMs <= now) {
    throw new CodedError('keys.loginNeeded', { ...profile.errorFacts, detail: mode });
  }
  return { keys: { ...pairOf(profile), securityToken: profile.secret('sts_token') }, expiresAt };
}

function sourceOf(config: CliConfig, profile: ProfileReader): ProfileReader {
  const source = config.profiles.get(profile.required('source_profile'));
  if (source === undefined) {
    throw new CodedError('keys.profileMissing', {
      ...profile.errorFacts,
      detail: 'source_profile',
    });
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
  return {
    roleArn: profile.roleArn('ram_role_arn'),
    sessionName: profile.text('ram_session_name') ?? defaultSessionName,
    externalId: profile.text('external_id'),
    durationSeconds: profile.count('expired_seconds'),
    endpoint: endpointOf(profile),
  };
}

/** `http://` before a host that is not this computer. */
const remoteHttp = /^http:\/\/(?!(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::|\/|$))/i;

function endpointOf(profile: ProfileReader): string {
  // Like the CLI, which always uses https.
  const endpoint = profile.text('sts_endpoint')?.trim().replace(remoteHttp, 'https://');
  const regionId = profile.text('sts_region');
  try {
    return stsEndpoint({ endpoint, regionId });
  } catch {
    // Its error contains the text; this one names the field.
    throw profile.malformed(endpoint === undefined ? 'sts_region' : 'sts_endpoint');
  }
}
