import { l10n } from 'vscode';
import { promptText, type PromptResult, type WizardStep } from './prompts';
import {
  validateAccessKeyId,
  validateEndpoint,
  validateName,
  validateSecret,
  validateToken,
} from './validators';
import type { FieldStep, SignInForm } from './form';

export interface FieldPrompt {
  readonly wizardStep: WizardStep;
  readonly form: SignInForm;
  /** Why the current value was rejected. */
  readonly failure?: string | undefined;
  readonly otherNames: readonly string[];
  /** The name of the account if the person does not change it. */
  readonly suggestedName: string;
}

/** Prompts for one field of the form. */
export function promptField(
  step: FieldStep,
  { wizardStep, form, failure, otherNames, suggestedName }: FieldPrompt,
): Promise<PromptResult<string>> {
  const common = { ...wizardStep, failure };
  switch (step) {
    case 'accessKeyId':
      return promptText({
        ...common,
        prompt: l10n.t('AccessKey ID of an Alibaba Cloud account or RAM user'),
        placeholder: 'LTAI…',
        value: form.accessKeyId,
        validate: validateAccessKeyId,
      });
    case 'secret':
      return promptText({
        ...common,
        prompt: l10n.t('AccessKey secret. It is stored only in VS Code’s secret storage.'),
        placeholder: l10n.t('AccessKey secret'),
        value: form.secret.reveal(),
        password: true,
        validate: validateSecret,
      });
    case 'token':
      return promptText({
        ...common,
        prompt: l10n.t('Security token of the temporary key (STS)'),
        placeholder: l10n.t('Security token'),
        value: form.token.reveal(),
        password: true,
        validate: validateToken,
      });
    case 'name':
      return promptName(wizardStep, form.name || suggestedName, otherNames);
    case 'endpoint':
      return promptEndpoint(wizardStep, form.endpoint ?? '');
  }
}

/** @param others names of other accounts */
export function promptName(
  wizardStep: WizardStep,
  value: string,
  others: readonly string[],
): Promise<PromptResult<string>> {
  return promptText({
    ...wizardStep,
    prompt: l10n.t('Account name'),
    placeholder: l10n.t('For example: production'),
    value,
    validate: (text) => validateName(text, others),
  });
}

export function promptEndpoint(
  wizardStep: WizardStep,
  value: string,
): Promise<PromptResult<string>> {
  return promptText({
    ...wizardStep,
    prompt: l10n.t(
      'EDAS endpoint of a private cloud, for this account only. Leave it empty to use the one from the settings or the region.',
    ),
    placeholder: 'edas.example.com',
    value,
    validate: validateEndpoint,
  });
}
