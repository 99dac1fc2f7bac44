import type { SettingsValidator } from './settingsValidator';
import { readWholeNumber } from './wholeNumber';

/** `edasPackages.deploy.followMinutes`: how long a deployment is followed, in ms. */
export function readFollowLimitMs(validator: SettingsValidator): number {
  const range = { least: 1, most: 1440, defaultValue: 30 };
  return readWholeNumber('deploy.followMinutes', range, validator) * 60_000;
}
