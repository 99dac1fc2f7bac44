import type { AccessKeys } from '../../core/alibaba/edas/credential';
import { CodedError, hasCode } from '../../core/errors/catalogue';
import type { DiscoveredKeys } from '../../core/alibaba/keySources/discover';
import { Secret } from '../../core/util/secret';
import { isTemporary } from './checks';

/** What a person has entered so far. Lives as long as the boxes do. */
export interface SignInForm {
  /** Where the keys are read from; absent: they are typed. */
  readonly source?: DiscoveredKeys;
  readonly accessKeyId: string;
  readonly secret: Secret;
  readonly token: Secret;
  readonly name: string;
  /** The EDAS endpoint of this account alone; absent: it has none, '': it is about to be asked for. */
  readonly endpoint?: string;
  readonly regionId: string;
}

export type Step = 'source' | 'accessKeyId' | 'secret' | 'token' | 'name' | 'endpoint' | 'region';

export interface WizardOptions {
  /** There is something to choose from beside typing. */
  readonly source: boolean;
  readonly name: boolean;
}

export const emptyDraft: SignInForm = {
  accessKeyId: '',
  secret: new Secret(''),
  token: new Secret(''),
  name: '',
  regionId: '',
};

/** The boxes in their order; only a temporary key is asked for its token. */
export function stepsOf(draft: SignInForm, wanted: WizardOptions): readonly Step[] {
  return [
    ...(wanted.source ? (['source'] as const) : []),
    ...keySteps(draft),
    ...(wanted.name ? (['name'] as const) : []),
    ...(draft.endpoint === undefined ? [] : (['endpoint'] as const)),
    'region',
  ];
}

function keySteps({ source, accessKeyId }: SignInForm): readonly Step[] {
  if (source !== undefined) {
    return [];
  }
  return isTemporary(accessKeyId) ? ['accessKeyId', 'secret', 'token'] : ['accessKeyId', 'secret'];
}

/** The box to open again after EDAS has refused: the one whose value is wrong, else the last. */
export function stepToFix(error: unknown, draft: SignInForm): Step {
  if (draft.source !== undefined) {
    return error instanceof CodedError && concernsSource(error) ? 'source' : 'region';
  }
  if (hasCode(error, 'edas.unknownAccessKey', 'edas.accessKeyDisabled')) {
    return 'accessKeyId';
  }
  if (hasCode(error, 'edas.wrongSecret')) {
    return 'secret';
  }
  return hasCode(error, 'edas.tokenExpired', 'edas.tokenInvalid') && isTemporary(draft.accessKeyId)
    ? 'token'
    : 'region';
}

function concernsSource(error: CodedError): boolean {
  return (
    /^(?:keys|sts)\./.test(error.code) ||
    hasCode(
      error,
      'edas.unknownAccessKey',
      'edas.accessKeyDisabled',
      'edas.wrongSecret',
      'edas.tokenExpired',
      'edas.tokenInvalid',
    )
  );
}

export function typedKeys(draft: SignInForm): AccessKeys {
  return {
    accessKeyId: draft.accessKeyId,
    accessKeySecret: draft.secret,
    ...(isTemporary(draft.accessKeyId) && { securityToken: draft.token }),
  };
}
