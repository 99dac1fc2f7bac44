import path from 'node:path';

import { CodedError } from '../../errors/catalogue';
import { stsEndpoint } from '../sts/endpoint';
import { defaultSessionName, type RoleRequest } from '../sts/role';
import { isRecord } from '../../util/shape';
import { ProfileReader } from './profileReader';
import { readKeyFile } from './keyFile';
import { firstDefined, type KeyResolution, type KeyEnvironment } from './keySource';

/** Sections of the SDKs' shared credentials file, by name (npm @alicloud/credentials, src/providers/profile.ts). */
type CredentialsFile = ReadonlyMap<string, ProfileReader>;

/**
 * Where the SDKs read it: those for Node.js and Go the first, those for Java and Python the second, and older ones for
 * Java the third.
 */
export function credentialsFilePaths({ env, home }: KeyEnvironment): readonly string[] {
  const named = firstDefined(env, ['ALIBABA_CLOUD_CREDENTIALS_FILE'])?.value;
  return named !== undefined
    ? [named]
    : [
        path.join(home, '.alibabacloud', 'credentials'),
        path.join(home, '.alibabacloud', 'credentials.ini'),
        path.join(home, '.aliyun', 'credentials.ini'),
      ];
}

/** The section that the SDKs would use here. */
export function credentialsCurrentSection({ env }: KeyEnvironment): string {
  return firstDefined(env, ['ALIBABA_CLOUD_PROFILE'])?.value ?? 'default';
}

/** @throws CodedError keys.fileNotFound, keys.fileUnreadable, keys.fileBroken */
export async function readCredentialsFile(
  file: string,
  signal?: AbortSignal,
): Promise<CredentialsFile> {
  return parseCredentialsFile(await readKeyFile(file, signal), file);
}

/** @throws CodedError keys.fileBroken */
export async function parseCredentialsFile(text: string, file: string): Promise<CredentialsFile> {
  const line = lineOfFault(text);
  if (line !== undefined) {
    throw new CodedError('keys.fileBroken', { file, line });
  }
  const { default: ini } = await import('ini');
  const sections = new Map<string, ProfileReader>();
  try {
    for (const [name, section] of Object.entries(ini.parse(text.replace(header, plainHeader)))) {
      if (isRecord(section) && Object.keys(section).length > 0) {
        sections.set(name, new ProfileReader(file, name, section));
      }
    }
  } catch {
    // The parser fails on some texts, and its message may quote them.
    throw new CodedError('keys.fileBroken', { file });
  }
  return sections;
}

/** Maybe with a comment after the name, as in the vendor's own sample; the parser would take such a line for a value. */
const header = /^\[([^\]\r\n]+)\][ \t]*(?:[;#].*)?$/gm;

/** The parser nests `[a.b]` as b within a, unless the dot is escaped; here the name of a section is just a name. */
function plainHeader(_: string, name: string): string {
  return `[${name.replaceAll('.', '\\.')}]`;
}

/** The number of the first line that is neither a comment, a section nor a value, from 1: the parser accepts any line. */
function lineOfFault(text: string): number | undefined {
  const index = text
    .split(/\r\n|\r|\n/)
    .findIndex((line) => !/^\s*(?:[;#]|$)|^\[[^\]]+\]\s*(?:[;#]|$)|^[^=[][^=]*=/.test(line));
  return index === -1 ? undefined : index + 1;
}

/** What a section's `type` may be for us to use it. */
const usableTypes = ['access_key', 'ram_role_arn'];

/** Known types that cannot be used here: they need a metadata service, a key file or an identity provider. */
const otherTypes = [
  'sts',
  'ecs_ram_role',
  'rsa_key_pair',
  'oidc_role_arn',
  'credentials_uri',
  'bearer',
];

/** A section's type as it may be shown: a known one or `unknown`, because the text may be anything. */
export function credentialsTypeOf(section: ProfileReader): string {
  const type = section.peek('type');
  return [...usableTypes, ...otherTypes].find((known) => known === type) ?? 'unknown';
}

/**
 * How to get the keys of a section.
 * @throws CodedError keys.profileMissing (subject: the section); keys.modeUnsupported (detail: the type, or `unknown`);
 * keys.incomplete and keys.malformed (detail: the field)
 */
export function resolveCredentialsFile(
  sections: CredentialsFile,
  file: string,
  name: string,
): KeyResolution {
  const section = sections.get(name);
  if (section === undefined) {
    throw new CodedError('keys.profileMissing', { file, subject: name });
  }
  section.required('type');
  const type = credentialsTypeOf(section);
  if (!usableTypes.includes(type)) {
    throw new CodedError('keys.modeUnsupported', { ...section.errorFacts, detail: type });
  }
  const role = (): RoleRequest => ({
    roleArn: section.roleArn('role_arn'),
    sessionName: section.text('role_session_name') ?? defaultSessionName,
    policy: section.json('policy'),
    endpoint: stsEndpoint(),
  });
  return {
    keys: {
      accessKeyId: section.key('access_key_id'),
      accessKeySecret: section.secret('access_key_secret'),
    },
    roles: type === 'access_key' ? [] : [role()],
  };
}
