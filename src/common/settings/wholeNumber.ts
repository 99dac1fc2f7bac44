import { l10n } from 'vscode';
import { shownValue } from './settingProblems';
import { readSetting, settingsSection } from './settings';
import type { SettingsValidator } from './settingsValidator';

export interface NumberRange {
  readonly least: number;
  readonly most: number;
  /** Used instead of a value that is out of range. */
  readonly defaultValue: number;
}

/** A setting that is a whole number. Warns of a value that is not, and then returns the default. */
export function readWholeNumber(
  name: string,
  { least, most, defaultValue }: NumberRange,
  validator: Pick<SettingsValidator, 'warn'>,
): number {
  const value = readSetting(name);
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) {
    return value;
  }
  const setting = `${settingsSection}.${name}`;
  const sentence = l10n.t(
    'The setting {0} in the user settings is {1}, but must be a whole number from {2} to {3}. {4} is used.',
    setting,
    shownValue(value),
    least,
    most,
    defaultValue,
  );
  validator.warn({ setting, sentence });
  return defaultValue;
}
