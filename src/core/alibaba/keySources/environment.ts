import { CodedError } from '../../errors/catalogue';
import { Secret } from '../../util/secret';
import { headerText } from '../../util/jsonFields';
import { firstDefined, type KeyResolution, type KeyEnvironment } from './keySource';

/** What the CLI accepts, in its order (github aliyun/aliyun-cli, config/profile.go, OverwriteWithFlags). */
const prefixes = ['ALIBABA_CLOUD_', 'ALIBABACLOUD_', 'ALICLOUD_', ''] as const;

/** Environment variables that name a region, in the CLI's order. */
const regionVariables = [...prefixes.map((prefix) => `${prefix}REGION_ID`), 'REGION'];

/** Name of the AccessKey ID variable that is set here; undefined when the environment gives no keys. */
export function environmentKeyVariable({ env }: KeyEnvironment): string | undefined {
  return firstDefined(
    env,
    prefixes.map((prefix) => `${prefix}ACCESS_KEY_ID`),
  )?.name;
}

/** The region that the environment names. */
export function environmentRegion({ env }: KeyEnvironment): string | undefined {
  return firstDefined(env, regionVariables)?.value;
}

/**
 * The keys of the environment. ID, secret and token have the same prefix, so that two key pairs are never mixed.
 * @throws CodedError keys.environmentMissing (subject: the variable most people set); keys.incomplete and
 * keys.malformed (subject: the ID's variable, detail: the one at fault)
 */
export function resolveEnvironment(environment: KeyEnvironment): KeyResolution {
  const idVariable = environmentKeyVariable(environment);
  if (idVariable === undefined) {
    throw new CodedError('keys.environmentMissing', { subject: 'ALIBABA_CLOUD_ACCESS_KEY_ID' });
  }
  const { env } = environment;
  const prefix = idVariable.slice(0, -'ACCESS_KEY_ID'.length);
  const key = (variable: string): string | undefined => {
    const value = env[variable]?.trim();
    if (value && !headerText.test(value)) {
      throw new CodedError('keys.malformed', { subject: idVariable, detail: variable });
    }
    return value;
  };
  const accessKeyId = key(idVariable);
  const secretVariable = `${prefix}ACCESS_KEY_SECRET`;
  const secret = key(secretVariable);
  if (!accessKeyId || !secret) {
    const detail = accessKeyId ? secretVariable : idVariable;
    throw new CodedError('keys.incomplete', { subject: idVariable, detail });
  }
  const token = key(`${prefix}SECURITY_TOKEN`);
  return {
    keys: {
      accessKeyId,
      accessKeySecret: new Secret(secret),
      securityToken: token ? new Secret(token) : undefined,
    },
    roles: [],
  };
}
