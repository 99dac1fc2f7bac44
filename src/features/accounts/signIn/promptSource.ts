import type { PickItem } from '../../../common/vscode/safeWindow';
import { l10n, QuickPickItemKind } from 'vscode';
import type { KeyDiscovery, DiscoveredKeys } from '../../../core/alibaba/keySources/discover';
import { describeError } from '../../../common/messages';
import { formatTime } from '../../../common/messages/format';
import { promptPick, type PromptResult, type WizardStep } from './prompts';

/** Keys are typed, or read from a source on this computer. */
export type SourceChoice = 'typed' | DiscoveredKeys;

interface SourceItem extends PickItem {
  readonly choice?: SourceChoice;
}

/** Prompts for the source of the keys. Unusable sources are listed with the reason. */
export function promptSource(
  wizardStep: WizardStep,
  discovered: KeyDiscovery,
): Promise<PromptResult<SourceChoice>> {
  const items: readonly SourceItem[] = [
    {
      icon: 'edit',
      label: l10n.t('Enter Keys'),
      description: l10n.t('an AccessKey pair, or temporary keys (STS)'),
      choice: 'typed',
    },
    ...section(l10n.t('Environment variables'), discovered, 'environment'),
    ...section(l10n.t('Alibaba Cloud CLI'), discovered, 'cliProfile'),
    ...section(l10n.t('Alibaba Cloud SDK credentials file'), discovered, 'credentialsFile'),
    ...(discovered.problems.length === 0 ? [] : [separator(l10n.t('Cannot be read'))]),
    ...discovered.problems.map((problem) => ({
      icon: 'warning',
      label: problem.facts.file ?? '',
      detail: describeError(problem).sentence,
      alwaysShow: true,
    })),
  ];
  return promptPick<SourceItem, SourceChoice>({
    ...wizardStep,
    placeholder: l10n.t('Where do the keys come from?'),
    items,
    isEnabled: ({ choice }) => choice !== undefined,
    run: ({ choice = 'typed' }) => Promise.resolve(choice),
  });
}

function section(
  title: string,
  { keys }: KeyDiscovery,
  kind: DiscoveredKeys['source']['kind'],
): SourceItem[] {
  const found = keys.filter(({ source }) => source.kind === kind);
  return found.length === 0 ? [] : [separator(title), ...found.map(itemOf)];
}

function itemOf(discoveredKeys: DiscoveredKeys): SourceItem {
  const { name, kind, regionId, current, problem } = discoveredKeys;
  const facts = [kind === 'environment' ? undefined : kind, regionId].filter(Boolean);
  return {
    icon: problem === undefined ? 'key' : 'warning',
    label: name,
    description: [...facts, ...(current ? [l10n.t('current')] : [])].join(' · '),
    detail: detailOf(discoveredKeys),
    // The same profile works after a login in the browser.
    choice:
      problem === undefined || problem.code === 'keys.loginNeeded' ? discoveredKeys : undefined,
  };
}

function detailOf({ expiresAt, problem, source }: DiscoveredKeys): string | undefined {
  if (problem !== undefined) {
    return describeError(problem).sentence;
  }
  if (expiresAt !== undefined) {
    return l10n.t('valid until {0}', formatTime(expiresAt, Date.now()));
  }
  return source.kind === 'credentialsFile' ? source.file : undefined;
}

function separator(label: string): SourceItem {
  return { label, kind: QuickPickItemKind.Separator };
}
