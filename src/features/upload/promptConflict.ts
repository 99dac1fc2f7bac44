import { l10n } from 'vscode';
import { abortError } from '../../core/util/abort';
import type { ConflictAnswer, ConflictPrompt } from '../../common/upload/conflicts';
import { nameList } from '../../common/messages/nameList';
import { safeWindow } from '../../common/vscode/safeWindow';

/** The conflict question, as a modal message, because nothing can continue without the decision. */
export const promptConflict: ConflictPrompt = async (conflicts, canApplyToAll) => {
  const [first] = conflicts;
  const names = conflicts.map(({ name }) => name);
  const several = conflicts.length > 1;
  const answer = await safeWindow.choose<ConflictAnswer>(
    several
      ? l10n.t('{0} files already exist in the package prefix.', conflicts.length)
      : l10n.t('“{0}” already exists in the package prefix.', first?.name ?? ''),
    nameList(several ? names : [first?.key ?? ''], 5),
    canApplyToAll
      ? [
          [l10n.t('Overwrite All'), 'overwrite'],
          [l10n.t('Keep Both for All'), 'keepBoth'],
          [l10n.t('Skip All'), 'skip'],
          [l10n.t('Ask for Each File'), 'each'],
        ]
      : [
          [l10n.t('Overwrite'), 'overwrite'],
          [l10n.t('Keep Both'), 'keepBoth'],
          [l10n.t('Skip'), 'skip'],
        ],
  );
  if (answer === undefined) {
    throw abortError();
  }
  return answer;
};
