import { l10n } from 'vscode';
import type { AccessKeys, Credential } from '../../core/alibaba/edas/credential';
import { parseEndpoint } from '../../core/alibaba/endpoint';
import type { DiscoveredKey } from '../../core/alibaba/keySources/discover';
import type { KeySource } from '../../core/alibaba/keySources/keySource';
import { Secret } from '../../core/util/secret';
import { masked } from '../../common/messages/masked';
import { omit } from '../../common/omit';
import { errorMessageOf } from '../../common/vscode/reporter';
import { askRegion } from './askRegion';
import { askSource } from './askSource';
import { askTyped, isTyped, type TypedStep } from './askTyped';
import type { Answer, Place } from './boxes';
import { freeName } from './checks';
import { emptyDraft, stepsOf, stepToFix, typedKeys, type SignInForm, type Step } from './draft';
import type { AskedPlace } from './fetcher';

/** What a person entered, and what EDAS answered to it. */
export interface VerifiedKeys {
  readonly keys: AccessKeys;
  /** Where the keys are read at each use; absent: they were typed. */
  readonly source?: KeySource;
  readonly name: string;
  readonly regionId: string;
  readonly endpoint?: string;
  readonly credential: Credential;
}

export interface SignInQuestions {
  readonly title: string;
  /** What was found on this machine. */
  readonly offer: DiscoveredKey;
  /** To begin with. */
  readonly start: Partial<Pick<SignInForm, 'endpoint' | 'name' | 'regionId'>>;
  readonly asksName: boolean;
  /** Names of the other accounts. */
  readonly otherNames: readonly string[];
  /** The endpoint of the settings, if there is one. */
  readonly endpointSetting: string | undefined;
  /** Reads keys where they stand. */
  readonly resolve: (source: KeySource, signal: AbortSignal) => Promise<AccessKeys>;
  /** Asks EDAS with the keys. */
  readonly verify: (
    keys: AccessKeys,
    place: AskedPlace,
    signal: AbortSignal,
  ) => Promise<Credential>;
  /** Told of each refusal; `shown` when the box itself says why. */
  readonly refused: (error: unknown, shown: boolean) => void;
}

/** Asks for keys and region until EDAS has answered with them, or the person leaves. */
export async function runSignInWizard(
  questions: SignInQuestions,
): Promise<VerifiedKeys | undefined> {
  const { offer, otherNames } = questions;
  const wanted = {
    source: offer.keys.length + offer.problems.length > 0,
    name: questions.asksName,
  };
  let draft: SignInForm = { ...emptyDraft, ...questions.start };
  let step: Step = stepsOf(draft, wanted)[0] ?? 'region';
  let failure: string | undefined;
  for (;;) {
    const steps = stepsOf(draft, wanted);
    const at = steps.indexOf(step);
    const place = { title: questions.title, step: at + 1, steps: steps.length };
    const suggestedName = freeName(nameOf(draft), otherNames);
    if (step === 'region') {
      const answer = await askForProof(place, draft, questions);
      if (answer.kind === 'away') {
        return undefined;
      }
      if (answer.kind === 'back') {
        step = steps[at - 1] ?? 'region';
        continue;
      }
      const outcome = answer.value;
      if (outcome.kind === 'otherEndpoint') {
        draft = { ...draft, endpoint: draft.endpoint ?? '' };
        step = 'endpoint';
        continue;
      }
      draft = { ...draft, regionId: outcome.regionId };
      if (outcome.kind === 'proven') {
        const { source, endpoint } = draft;
        return {
          ...outcome.proof,
          source: source?.source,
          ...{ name: draft.name === '' ? suggestedName : draft.name, regionId: draft.regionId },
          ...(endpoint !== undefined && { endpoint }),
        };
      }
      step = stepToFix(outcome.error, draft);
      const isShown = isTyped(step);
      failure = isShown ? errorMessageOf(outcome.error) : undefined;
      questions.refused(outcome.error, isShown);
      continue;
    }
    const answer = isTyped(step)
      ? await askInBox(step, { place, draft, failure, otherNames, suggestedName })
      : await askInList({ place, draft, offer });
    failure = undefined;
    if (answer.kind === 'away') {
      return undefined;
    }
    if (answer.kind === 'back') {
      step = steps[at - 1] ?? step;
      continue;
    }
    draft = answer.value;
    step = nextStep(step, stepsOf(draft, wanted));
  }
}

/** The one behind; a step that is asked no longer, as an emptied endpoint, leads to the last. */
function nextStep(step: Step, steps: readonly Step[]): Step {
  const at = steps.indexOf(step);
  return (at === -1 ? undefined : steps[at + 1]) ?? 'region';
}

function nameOf({ source, accessKeyId }: SignInForm): string {
  if (source === undefined) {
    return masked(accessKeyId);
  }
  return source.source.kind === 'environment' ? l10n.t('environment') : source.name;
}

async function askInBox(
  step: TypedStep,
  question: Parameters<typeof askTyped>[1],
): Promise<Answer<SignInForm>> {
  const answer = await askTyped(step, question);
  return answer.kind === 'next'
    ? { kind: 'next', value: withText(question.draft, step, answer.value) }
    : answer;
}

function withText(draft: SignInForm, step: TypedStep, text: string): SignInForm {
  if (step === 'endpoint') {
    const rest = omit(draft, 'endpoint');
    return text === '' ? rest : { ...rest, endpoint: parseEndpoint(text) };
  }
  return { ...draft, [step]: step === 'accessKeyId' || step === 'name' ? text : new Secret(text) };
}

async function askInList({
  place,
  draft,
  offer,
}: {
  place: Place;
  draft: SignInForm;
  offer: DiscoveredKey;
}): Promise<Answer<SignInForm>> {
  const answer = await askSource(place, offer);
  if (answer.kind !== 'next') {
    return answer;
  }
  const rest = omit(draft, 'source');
  if (answer.value === 'typed') {
    return { kind: 'next', value: rest };
  }
  const { regionId } = answer.value;
  const value = {
    ...rest,
    source: answer.value,
    ...(draft.regionId === '' && regionId !== undefined && { regionId }),
  };
  return { kind: 'next', value };
}

function askForProof(
  place: Place,
  draft: SignInForm,
  { endpointSetting, resolve, verify: prove }: SignInQuestions,
): ReturnType<typeof askRegion<Pick<VerifiedKeys, 'credential' | 'keys'>>> {
  const { source, endpoint } = draft;
  return askRegion({
    place,
    regionId: draft.regionId,
    endpoint: endpoint ?? endpointSetting,
    offersEndpoint: true,
    verify: async (regionId, signal) => {
      const keys = source === undefined ? typedKeys(draft) : await resolve(source.source, signal);
      const userInitiated = { regionId, ...(endpoint !== undefined && { endpoint }) };
      return { keys, credential: await prove(keys, userInitiated, signal) };
    },
  });
}
