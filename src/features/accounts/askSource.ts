import type { PickItem } from '../../common/vscode/safeWindow';
import { env, l10n, QuickPickItemKind } from 'vscode';
import type { DiscoveredKey, DiscoveredKeys } from '../../core/alibaba/keySources/discover';
import { describeError } from '../../common/messages';
import { formatTime } from '../../common/messages/format';
import { promptPick, type Answer, type Place } from './boxes';

/** Keys are typed, or read from one of the sources. */
export type SourceChoice = 'typed' | DiscoveredKeys;

interface SourceItem extends PickItem {
  readonly choice?: SourceChoice;
}

/** Asks where the keys come from. What cannot be used is listed with the reason. */
export function askSource(place: Place, offer: DiscoveredKey): Promise<Answer<SourceChoice>> {
  const items: readonly SourceItem[] = [
    {
      icon: 'edit',
      label: l10n.t('Type the Keys'),
      description: l10n.t('an AccessKey pair, or temporary keys (STS)'),
      choice: 'typed',
    },
    ...section(l10n.t('Environment variables'), offer, 'environment'),
    ...section(l10n.t('Alibaba Cloud CLI'), offer, 'cliProfile'),
    ...section(l10n.t('Credentials file of the SDKs'), offer, 'credentialsFile'),
    ...(offer.problems.length === 0 ? [] : [separator(l10n.t('Cannot be read'))]),
    ...offer.problems.map((problem) => ({
      icon: 'warning',
      label: problem.facts.file ?? '',
      detail: describeError(problem, l10n).sentence,
      alwaysShow: true,
    })),
  ];
  return promptPick<SourceItem, SourceChoice>({
    ...place,
    placeholder: l10n.t('Where do the keys come from?'),
    items,
    isUsable: ({ choice }) => choice !== undefined,
    work: ({ choice = 'typed' }) => Promise.resolve(choice),
  });
}

function section(
  title: string,
  { keys }: DiscoveredKey,
  kind: DiscoveredKeys['source']['kind'],
): SourceItem[] {
  const found = keys.filter(({ source }) => source.kind === kind);
  return found.length === 0 ? [] : [separator(title), ...found.map(itemOf)];
}

function itemOf(offered: DiscoveredKeys): SourceItem {
  const { name, kind, regionId, current, problem } = offered;
  const facts = [kind === 'environment' ? undefined : kind, regionId].filter(Boolean);
  return {
    icon: problem === undefined ? 'key' : 'warning',
    label: name,
    description: [...facts, ...(current ? [l10n.t('current')] : [])].join(' · '),
    detail: detailOf(offered),
    // After a login in the browser the same profile works.
    choice: problem === undefined || problem.code === 'keys.loginNeeded' ? offered : undefined,
  };
}

function detailOf({ expiresAt, problem, source }: DiscoveredKeys): string | undefined {
  if (problem !== undefined) {
    return describeError(problem, l10n).sentence;
  }
  if (expiresAt !== undefined) {
    return l10n.t('valid until {0}', formatTime(expiresAt, Date.now(), env.language));
  }
  return source.kind === 'credentialsFile' ? source.file : undefined;
}

function separator(label: string): SourceItem {
  return { label, kind: QuickPickItemKind.Separator };
}
