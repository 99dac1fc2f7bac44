import { l10n } from 'vscode';
import { followMinutesRange } from '../../core/deploy/types';
import { parallelPartsRange, partSizeRange } from '../../core/transfer/multipart/partSizing';
import type { TransferSettings } from '../../core/transfer/types';
import { shownValue } from './settingProblems';
import { choiceSetting, readSetting, settingsSection } from './settings';
import type { SettingsValidator } from './settingsValidator';

type Warn = Pick<SettingsValidator, 'warn'>;

/** The current settings of transfers; warns of invalid values, and then uses the default. */
export function readTransferSettings(validator: Warn): TransferSettings {
  return {
    partSize: readWholeNumber('partSize', partSizeRange, validator),
    parallelParts: readWholeNumber('parallelParts', parallelPartsRange, validator),
    deltaUpload: choiceSetting('deltaUpload'),
  };
}

/** `edasPackages.deploy.followMinutes`: how long a deployment is followed, in ms. */
export function readFollowLimitMs(validator: Warn): number {
  return readWholeNumber('deploy.followMinutes', followMinutesRange, validator) * 60_000;
}

/** A setting that is a whole number. Warns of a value that is not, and then returns the default. */
export function readWholeNumber(
  name: string,
  { least, most, defaultValue }: Readonly<Record<keyof typeof partSizeRange, number>>,
  validator: Warn,
): number {
  const value = readSetting(name);
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) {
    return value;
  }
  const setting = `${settingsSection}.${name}`;
  const sentence = l10n.t(
    'The setting {0} in the user settings is {1}, but must be a whole number from {2} to {3}. {4} is used.',
    ...[setting, shownValue(value), least, most, defaultValue],
  );
  validator.warn({ setting, sentence });
  return defaultValue;
}
