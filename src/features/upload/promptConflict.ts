import { singleLine } from '../../core/util/displayText';
import { l10n } from 'vscode';
import { abortError } from '../../core/util/abort';
import type { ConflictAnswer, ConflictPrompt } from '../../common/upload/conflicts';
import { safeWindow } from '../../common/vscode/safeWindow';

/** How many names the question lists. */
const mostNamed = 5;

/** The conflict question, as a modal message: it is a decision that nothing else can go on without. */
export const promptConflict: ConflictPrompt = async (conflicts, canApplyToAll) => {
  const [first] = conflicts;
  const several = conflicts.length > 1;
  const buttons = canApplyToAll ? buttonsForAll() : buttonsForOne();
  const chosen = await safeWindow.showWarningMessage(
    several
      ? l10n.t('{0} files already exist in the package prefix.', conflicts.length)
      : l10n.t('“{0}” already exists in the package prefix.', first?.name ?? ''),
    { modal: true, detail: several ? namesOf(conflicts) : singleLine(first?.key ?? '') },
    ...buttons.keys(),
  );
  const answer = chosen === undefined ? undefined : buttons.get(chosen);
  if (answer === undefined) {
    throw abortError();
  }
  return answer;
};

function buttonsForOne(): ReadonlyMap<string, ConflictAnswer> {
  return new Map<string, ConflictAnswer>([
    [l10n.t('Overwrite'), 'overwrite'],
    [l10n.t('Keep Both'), 'keepBoth'],
    [l10n.t('Skip'), 'skip'],
  ]);
}

function buttonsForAll(): ReadonlyMap<string, ConflictAnswer> {
  return new Map<string, ConflictAnswer>([
    [l10n.t('Overwrite All'), 'overwrite'],
    [l10n.t('Keep Both for All'), 'keepBoth'],
    [l10n.t('Skip All'), 'skip'],
    [l10n.t('Ask for Each File'), 'each'],
  ]);
}

function namesOf(conflicts: Parameters<ConflictPrompt>[0]): string {
  const names = conflicts.slice(0, mostNamed).map(({ name }) => singleLine(name));
  const rest = conflicts.length - names.length;
  return [...names, ...(rest > 0 ? [l10n.t('and {0} more', rest)] : [])].join('\n');
}
