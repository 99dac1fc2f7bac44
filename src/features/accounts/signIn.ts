import { l10n, type QuickPickItem } from 'vscode';
import type { AccessKeys, Credential } from '../../core/edas/credential';
import { regions } from '../../core/edas/regions';
import { isAbort } from '../../core/errors';
import { Secret } from '../../core/secret';
import { regionName } from '../../kit/regionNames';
import { sentenceOf } from '../../kit/report';
import { askChoice, askText, type Answer, type Place } from './boxes';
import { checkAccessKeyId, checkSecret, checkToken, isRegionId } from './checks';
import { emptyDraft, keysIn, stepsOf, stepToMend, type Draft, type Step } from './draft';

/** What a person entered, and what EDAS answered to it. */
export interface Proven {
  readonly keys: AccessKeys;
  readonly regionId: string;
  readonly credential: Credential;
}

export interface SignInQuestions {
  /** Asks EDAS with the keys. */
  readonly prove: (keys: AccessKeys, regionId: string, signal: AbortSignal) => Promise<Credential>;
  /** The endpoint that is set instead of the region's, if one is. */
  readonly endpoint: string | undefined;
  /** Region to begin with. */
  readonly regionId: string | undefined;
  /** Told of each refusal; `shown` when the box itself says why. */
  readonly refused: (error: unknown, shown: boolean) => void;
}

type Outcome =
  | { readonly draft: Draft; readonly credential: Credential }
  | { readonly draft: Draft; readonly error: unknown };

/** Asks for AccessKey ID, secret and region until EDAS has answered with them, or the person leaves. */
export async function askForKeys(questions: SignInQuestions): Promise<Proven | undefined> {
  let draft: Draft = { ...emptyDraft, regionId: questions.regionId ?? '' };
  let step: Step = 'accessKeyId';
  let failure: string | undefined;
  for (;;) {
    const steps = stepsOf(draft);
    const at = steps.indexOf(step);
    const place = { title: l10n.t('EDAS: Sign In'), step: at + 1, steps: steps.length };
    if (step === 'region') {
      const answer = await askRegion(place, draft, questions);
      if (answer.kind === 'away') {
        return undefined;
      }
      if (answer.kind === 'back') {
        step = steps[at - 1] ?? 'accessKeyId';
        continue;
      }
      const outcome = answer.value;
      draft = outcome.draft;
      if ('credential' in outcome) {
        return { keys: keysIn(draft), regionId: draft.regionId, credential: outcome.credential };
      }
      step = stepToMend(outcome.error, draft);
      failure = step === 'region' ? undefined : sentenceOf(outcome.error);
      questions.refused(outcome.error, failure !== undefined);
      continue;
    }
    const answer = await askFor(step, place, draft, failure);
    failure = undefined;
    if (answer.kind === 'away') {
      return undefined;
    }
    if (answer.kind === 'next') {
      draft = {
        ...draft,
        [step]: step === 'accessKeyId' ? answer.value : new Secret(answer.value),
      };
    }
    step = stepsOf(draft)[answer.kind === 'back' ? at - 1 : at + 1] ?? 'accessKeyId';
  }
}

function askFor(
  step: Exclude<Step, 'region'>,
  place: Place,
  draft: Draft,
  failure: string | undefined,
): Promise<Answer<string>> {
  const again = failure !== undefined && { failure };
  switch (step) {
    case 'accessKeyId':
      return askText({
        ...place,
        ...again,
        prompt: l10n.t('AccessKey ID of an Alibaba Cloud account or RAM user'),
        placeholder: 'LTAI…',
        value: draft.accessKeyId,
        check: (text) => checkAccessKeyId(text, l10n),
      });
    case 'secret':
      return askText({
        ...place,
        ...again,
        prompt: l10n.t('AccessKey secret. It is kept in the secret store of this computer only.'),
        placeholder: l10n.t('AccessKey secret'),
        value: draft.secret.reveal(),
        password: true,
        check: (text) => checkSecret(text, l10n),
      });
    case 'token':
      return askText({
        ...place,
        ...again,
        prompt: l10n.t('Security token of the temporary key (STS)'),
        placeholder: l10n.t('Security token'),
        value: draft.token.reveal(),
        password: true,
        check: (text) => checkToken(text, l10n),
      });
  }
}

interface RegionItem extends QuickPickItem {
  readonly regionId: string;
}

function askRegion(
  place: Place,
  draft: Draft,
  { prove, endpoint }: SignInQuestions,
): Promise<Answer<Outcome>> {
  const items: readonly RegionItem[] = regions.map(({ id }) => ({
    label: regionName(id, l10n),
    description: id,
    regionId: id,
  }));
  return askChoice<RegionItem, Outcome>({
    ...place,
    placeholder:
      endpoint === undefined
        ? l10n.t('Region')
        : l10n.t('Region (EDAS is asked at {0}, as set in edasPackages.endpoint)', endpoint),
    busyPlaceholder: l10n.t('Asking EDAS…'),
    items,
    active: items.find(({ regionId }) => regionId === draft.regionId),
    // Only a private cloud, which has an endpoint of its own, has regions that are not in the table.
    ...(endpoint !== undefined && {
      typed: (text: string) =>
        isRegionId(text) && !items.some(({ regionId }) => regionId === text)
          ? [{ label: text, description: l10n.t('region of a private cloud'), regionId: text }]
          : [],
    }),
    work: async ({ regionId }, signal) => {
      const chosen = { ...draft, regionId };
      try {
        return { draft: chosen, credential: await prove(keysIn(chosen), regionId, signal) };
      } catch (error) {
        if (isAbort(error)) {
          throw error;
        }
        return { draft: chosen, error };
      }
    },
  });
}
