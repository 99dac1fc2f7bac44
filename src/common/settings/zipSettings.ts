import { l10n, workspace, type Uri } from 'vscode';
import { defaultExcludes } from '../../core/zip/excludes';
import type { ZipRequest } from '../../core/zip/zipRequest';
import { shownValue } from './settingProblems';
import { settingsSection } from './settings';
import type { SettingsValidator } from './settingsValidator';

type Warn = Pick<SettingsValidator, 'warn'>;

const linkChoices = ['keep', 'skip'] as const;

/**
 * `edasPackages.zip.*`: what is left out of a ZIP, and how symbolic links are packed. Warns of invalid values, which may be
 * those of a workspace, and then uses the default.
 */
export function zipSettings(
  location: Uri,
  validator: Warn,
): Pick<ZipRequest, 'excludes' | 'links'> {
  const configuration = workspace.getConfiguration(`${settingsSection}.zip`, location);
  return {
    excludes: excludesOf(configuration.get<unknown>('exclude'), validator),
    links: linksOf(configuration.get<unknown>('links'), validator),
  };
}

function excludesOf(value: unknown, validator: Warn): readonly string[] {
  if (isTexts(value)) {
    return value;
  }
  const setting = `${settingsSection}.zip.exclude`;
  const sentence = l10n.t(
    'The setting {0} is {1}, but must be a list of patterns. The default is used.',
    ...[setting, shownValue(value)],
  );
  validator.warn({ setting, sentence });
  return defaultExcludes;
}

function linksOf(value: unknown, validator: Warn): ZipRequest['links'] {
  const links = linkChoices.find((each) => each === value);
  if (links !== undefined) {
    return links;
  }
  const setting = `${settingsSection}.zip.links`;
  const [defaultValue] = linkChoices;
  const sentence = l10n.t(
    'The setting {0} is {1}, but must be one of {2}. {3} is used.',
    ...[setting, shownValue(value), linkChoices.join(', '), defaultValue],
  );
  validator.warn({ setting, sentence });
  return defaultValue;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
