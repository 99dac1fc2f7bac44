import { l10n } from 'vscode';
import { promptText, type Answer, type Place } from './boxes';
import { checkAccessKeyId, checkEndpoint, checkName, checkSecret, checkToken } from './checks';
import type { SignInForm, Step } from './draft';

export type TypedStep = Extract<Step, 'accessKeyId' | 'secret' | 'token' | 'name' | 'endpoint'>;

export function isTyped(step: Step): step is TypedStep {
  return ['accessKeyId', 'secret', 'token', 'name', 'endpoint'].includes(step);
}

export interface TypedQuestion {
  readonly place: Place;
  readonly draft: SignInForm;
  /** Why the value that stands there did not work. */
  readonly failure?: string | undefined;
  /** Names that are taken. */
  readonly otherNames: readonly string[];
  /** What the account is called when nobody names it. */
  readonly suggestedName: string;
}

/** Asks for what is typed. */
export function askTyped(
  step: TypedStep,
  { place, draft, failure, otherNames, suggestedName }: TypedQuestion,
): Promise<Answer<string>> {
  const again = failure !== undefined && { failure };
  switch (step) {
    case 'accessKeyId':
      return promptText({
        ...place,
        ...again,
        prompt: l10n.t('AccessKey ID of an Alibaba Cloud account or RAM user'),
        placeholder: 'LTAI…',
        value: draft.accessKeyId,
        check: (text) => checkAccessKeyId(text, l10n),
      });
    case 'secret':
      return promptText({
        ...place,
        ...again,
        prompt: l10n.t('AccessKey secret. It is kept in the secret store of this computer only.'),
        placeholder: l10n.t('AccessKey secret'),
        value: draft.secret.reveal(),
        password: true,
        check: (text) => checkSecret(text, l10n),
      });
    case 'token':
      return promptText({
        ...place,
        ...again,
        prompt: l10n.t('Security token of the temporary key (STS)'),
        placeholder: l10n.t('Security token'),
        value: draft.token.reveal(),
        password: true,
        check: (text) => checkToken(text, l10n),
      });
    case 'name':
      return askName(place, draft.name === '' ? suggestedName : draft.name, otherNames);
    case 'endpoint':
      return askEndpoint(place, draft.endpoint ?? '');
  }
}

/** @param others names that are taken */
export function askName(
  place: Place,
  value: string,
  others: readonly string[],
): Promise<Answer<string>> {
  return promptText({
    ...place,
    prompt: l10n.t('Name for this account'),
    placeholder: l10n.t('For example: production'),
    value,
    check: (text) => checkName(text, others, l10n),
  });
}

export function askEndpoint(place: Place, value: string): Promise<Answer<string>> {
  return promptText({
    ...place,
    prompt: l10n.t(
      'EDAS endpoint of a private cloud, for this account only. Leave it empty to use the one from the settings or the region.',
    ),
    placeholder: 'edas.example.com',
    value,
    check: (text) => checkEndpoint(text, l10n),
  });
}
