import type { ErrorCode } from '../../core/errors/catalogue';

/** A button that leads on: fetch again, sign in again, open the file or the setting that is wrong. */
export type RecoveryAction = 'fetchAgain' | 'openFile' | 'signIn' | `setting:${string}`;

/** The button after a failure, by its code, else by the family of its code. */
const actions: Readonly<Partial<Record<ErrorCode | Family, RecoveryAction | 'none'>>> = {
  network: 'fetchAgain',
  'network.proxyLogin': 'setting:http.proxy',
  'network.proxyRefused': 'setting:http.proxy',
  response: 'fetchAgain',
  'response.noLength': 'setting:http.noProxy',
  endpoint: 'setting:edasPackages.endpoint',
  region: 'setting:edasPackages.endpoint',
  edas: 'fetchAgain',
  'edas.unknownAccessKey': 'signIn',
  'edas.accessKeyDisabled': 'signIn',
  'edas.wrongSecret': 'signIn',
  'edas.tokenExpired': 'signIn',
  'edas.tokenInvalid': 'signIn',
  'edas.notOffered': 'signIn',
  'edas.responseMalformed': 'none',
  account: 'signIn',
  'oss.accessDenied': 'fetchAgain',
  'oss.tokenExpired': 'fetchAgain',
  'oss.noSuchBucket': 'fetchAgain',
  'keys.fileBroken': 'openFile',
  'keys.loginNeeded': 'fetchAgain',
  key: 'setting:edasPackages.objectKeyTemplate',
  'key.controlCharacter': 'none',
  'key.badFolder': 'none',
  'key.noUrl': 'none',
  'api.denied': 'setting:edasPackages.api',
};

type Family = ErrorCode extends `${infer F}.${string}` ? F : never;

export function recoveryFor(code: ErrorCode): RecoveryAction | undefined {
  const action = actions[code] ?? actions[code.replace(/\..*/, '') as Family];
  return action === 'none' ? undefined : action;
}
