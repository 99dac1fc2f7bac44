import { l10n } from 'vscode';
import type { AccessKeys, Credential } from '../../../core/alibaba/edas/credential';
import { parseEndpoint } from '../../../core/alibaba/endpoint';
import type { KeyDiscovery } from '../../../core/alibaba/keySources/discover';
import type { KeySource } from '../../../core/alibaba/keySources/keySource';
import { Secret } from '../../../core/util/secret';
import { masked } from '../../../common/messages/masked';
import { errorMessageOf } from '../../../common/vscode/reporter';
import { promptRegion, type RegionOutcome } from './promptRegion';
import { promptSource, type SourceChoice } from './promptSource';
import { promptField, type FieldPrompt } from './promptField';
import type { PromptResult, WizardStep } from './prompts';
import { nextFreeName } from './validators';
import {
  emptyForm,
  stepsOf,
  stepToFix,
  typedKeys,
  type FieldStep,
  type SignInForm,
  type Step,
} from './form';
import type { EdasLocation } from '../fetcher';

/** The entered keys and the credential that EDAS issued for them. */
export interface VerifiedKeys {
  readonly keys: AccessKeys;
  /** Where the keys are read at each use; absent when they were typed. */
  readonly source?: KeySource;
  readonly name: string;
  readonly regionId: string;
  readonly endpoint?: string;
  readonly credential: Credential;
}

export interface SignInWizardOptions {
  readonly title: string;
  /** Keys found on this computer. */
  readonly discovered: KeyDiscovery;
  readonly initial: Partial<Pick<SignInForm, 'endpoint' | 'name' | 'regionId'>>;
  readonly promptsForName: boolean;
  readonly otherNames: readonly string[];
  /** The endpoint from the settings. */
  readonly endpointSetting: string | undefined;
  /** Reads the keys from their source. */
  readonly resolve: (source: KeySource, signal: AbortSignal) => Promise<AccessKeys>;
  /** Fetches a credential with the keys. */
  readonly verify: (
    keys: AccessKeys,
    location: EdasLocation,
    signal: AbortSignal,
  ) => Promise<Credential>;
  /** Called for each rejection; `shown` is true when the box itself shows the reason. */
  readonly onRejected: (error: unknown, shown: boolean) => void;
}

/** Prompts for keys and region until EDAS issues a credential, or the person cancels. */
export async function runSignInWizard(
  options: SignInWizardOptions,
): Promise<VerifiedKeys | undefined> {
  const { discovered, otherNames } = options;
  const stepOptions = {
    source: discovered.keys.length + discovered.problems.length > 0,
    name: options.promptsForName,
  };
  let form: SignInForm = { ...emptyForm, ...options.initial };
  let step: Step = stepsOf(form, stepOptions)[0] ?? 'region';
  let failure: string | undefined;
  for (;;) {
    const steps = stepsOf(form, stepOptions);
    const index = steps.indexOf(step);
    const wizardStep = { title: options.title, step: index + 1, steps: steps.length };
    const suggestedName = nextFreeName(defaultName(form), otherNames);
    const prompt = { wizardStep, form, failure, otherNames, suggestedName };
    const answer = await promptStep(step, prompt, options);
    failure = undefined;
    if (answer.kind === 'cancelled') {
      return undefined;
    }
    if (answer.kind === 'back') {
      step = steps[index - 1] ?? step;
      continue;
    }
    const outcome = answer.value;
    switch (outcome.kind) {
      case 'entered':
        form = outcome.form;
        step = nextStep(step, stepsOf(form, stepOptions));
        break;
      case 'otherEndpoint':
        form = { ...form, endpoint: form.endpoint ?? '' };
        step = 'endpoint';
        break;
      case 'verified': {
        const { source, endpoint, name } = form;
        const where = { source: source?.source, endpoint, regionId: outcome.regionId };
        return { ...outcome.result, ...where, name: name || suggestedName };
      }
      case 'rejected': {
        const { error, regionId } = outcome;
        form = { ...form, regionId };
        step = stepToFix(error, form);
        const isShown = step !== 'source' && step !== 'region';
        failure = isShown ? errorMessageOf(error) : undefined;
        options.onRejected(error, isShown);
      }
    }
  }
}

/** The following step; after a step that no longer applies, such as an emptied endpoint, the last one. */
function nextStep(step: Step, steps: readonly Step[]): Step {
  const index = steps.indexOf(step);
  return (index === -1 ? undefined : steps[index + 1]) ?? 'region';
}

function defaultName({ source, accessKeyId }: SignInForm): string {
  if (source === undefined) {
    return masked(accessKeyId);
  }
  return source.source.kind === 'environment' ? l10n.t('environment') : source.name;
}

type StepOutcome =
  | { readonly kind: 'entered'; readonly form: SignInForm }
  | RegionOutcome<Pick<VerifiedKeys, 'credential' | 'keys'>>;

async function promptStep(
  step: Step,
  prompt: FieldPrompt,
  options: SignInWizardOptions,
): Promise<PromptResult<StepOutcome>> {
  const { wizardStep, form } = prompt;
  const entered = (changed: SignInForm): PromptResult<StepOutcome> => ({
    kind: 'next',
    value: { kind: 'entered', form: changed },
  });
  if (step === 'region') {
    return promptRegionAndVerify(wizardStep, form, options);
  }
  if (step === 'source') {
    const answer = await promptSource(wizardStep, options.discovered);
    return answer.kind === 'next' ? entered(withSource(form, answer.value)) : answer;
  }
  const answer = await promptField(step, prompt);
  return answer.kind === 'next' ? entered(withText(form, step, answer.value)) : answer;
}

function withSource(form: SignInForm, choice: SourceChoice): SignInForm {
  const source = choice === 'typed' ? undefined : choice;
  return { ...form, source, regionId: form.regionId || (source?.regionId ?? '') };
}

function withText(form: SignInForm, step: FieldStep, text: string): SignInForm {
  if (step === 'endpoint') {
    return { ...form, endpoint: text === '' ? undefined : parseEndpoint(text) };
  }
  return { ...form, [step]: step === 'accessKeyId' || step === 'name' ? text : new Secret(text) };
}

function promptRegionAndVerify(
  wizardStep: WizardStep,
  form: SignInForm,
  { endpointSetting, resolve, verify }: SignInWizardOptions,
): Promise<PromptResult<StepOutcome>> {
  const { source, endpoint } = form;
  return promptRegion({
    wizardStep,
    regionId: form.regionId,
    endpoint: endpoint ?? endpointSetting,
    offersEndpoint: true,
    verify: async (regionId, signal) => {
      const keys = source === undefined ? typedKeys(form) : await resolve(source.source, signal);
      return { keys, credential: await verify(keys, { regionId, endpoint }, signal) };
    },
  });
}
