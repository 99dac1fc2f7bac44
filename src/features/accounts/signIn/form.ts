import type { AccessKeys } from '../../../core/alibaba/edas/credential';
import { CodedError, hasCode } from '../../../core/errors/catalogue';
import type { DiscoveredKeys } from '../../../core/alibaba/keySources/discover';
import { Secret } from '../../../core/util/secret';
import { isTemporary } from './validators';

/** What the person has entered so far. Exists only while the wizard is open. */
export interface SignInForm {
  /** Where the keys are read from; absent when they are typed. */
  readonly source?: DiscoveredKeys;
  readonly accessKeyId: string;
  readonly secret: Secret;
  readonly token: Secret;
  readonly name: string;
  /** The EDAS endpoint of this account; absent when it has none, '' when it will be prompted for. */
  readonly endpoint?: string;
  readonly regionId: string;
}

export type FieldStep = 'accessKeyId' | 'secret' | 'token' | 'name' | 'endpoint';
export type Step = 'source' | FieldStep | 'region';

export interface WizardOptions {
  /** Keys were found on this computer, so the source is prompted for. */
  readonly source: boolean;
  readonly name: boolean;
}

export const emptyForm: SignInForm = {
  accessKeyId: '',
  secret: new Secret(''),
  token: new Secret(''),
  name: '',
  regionId: '',
};

/** The steps in order; the token is prompted for only with a temporary key. */
export function stepsOf(form: SignInForm, options: WizardOptions): readonly Step[] {
  return [
    ...(options.source ? (['source'] as const) : []),
    ...keySteps(form),
    ...(options.name ? (['name'] as const) : []),
    ...(form.endpoint === undefined ? [] : (['endpoint'] as const)),
    'region',
  ];
}

function keySteps({ source, accessKeyId }: SignInForm): readonly Step[] {
  if (source !== undefined) {
    return [];
  }
  return isTemporary(accessKeyId) ? ['accessKeyId', 'secret', 'token'] : ['accessKeyId', 'secret'];
}

/** The step to return to after EDAS has rejected the input: the one with the wrong value, else the last. */
export function stepToFix(error: unknown, form: SignInForm): Step {
  if (form.source !== undefined) {
    return error instanceof CodedError && concernsSource(error) ? 'source' : 'region';
  }
  if (hasCode(error, 'edas.unknownAccessKey', 'edas.accessKeyDisabled')) {
    return 'accessKeyId';
  }
  if (hasCode(error, 'edas.wrongSecret')) {
    return 'secret';
  }
  return hasCode(error, 'edas.tokenExpired', 'edas.tokenInvalid') && isTemporary(form.accessKeyId)
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

export function typedKeys(form: SignInForm): AccessKeys {
  return {
    accessKeyId: form.accessKeyId,
    accessKeySecret: form.secret,
    securityToken: isTemporary(form.accessKeyId) ? form.token : undefined,
  };
}
