import { l10n } from 'vscode';
import { safeWindow } from '../../common/vscode/safeWindow';
import type { ConsentAnswer, ConsentRequest } from './consent';

/** Asks a person whether other extensions may upload. */
export function promptConsent({ file, name, overwrite }: ConsentRequest): Promise<ConsentAnswer> {
  const always = l10n.t('Always Allow');
  return safeWindow.choose<ConsentAnswer>(
    overwrite
      ? l10n.t(
          'Another extension wants to upload “{0}” and replace the package if it exists.',
          name,
        )
      : l10n.t('Another extension wants to upload “{0}”.', name),
    [
      l10n.t('File: {0}', file),
      l10n.t('Name after the package prefix: {0}', name),
      overwrite
        ? l10n.t('An existing package with that name will be replaced, even if it is in use.')
        : l10n.t('An existing package with that name is not changed.'),
      l10n.t(
        'VS Code does not say which extension it is, so your answer applies to all of them. “{0}” also allows them to replace packages, in all windows. You can change this with the setting {1}.',
        ...[always, 'edasPackages.api'],
      ),
    ].join('\n'),
    [
      [l10n.t('Allow in This Window'), 'window'],
      [always, 'always'],
      [l10n.t('Never Allow'), 'never'],
    ],
  );
}
