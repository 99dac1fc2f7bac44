import { readSetting, settingsSection } from './settings';
import type { SettingsValidator } from './settingsValidator';
import { wholeNumber } from './wholeNumber';

const range = { least: 1, most: 1440, defaultValue: 30 };

/** `edasPackages.deploy.followMinutes`: how long a deployment is followed, in ms. */
export function readFollowLimitMs(check: SettingsValidator): number {
  const name = 'deploy.followMinutes';
  const setting = `${settingsSection}.${name}`;
  const { value, problem } = wholeNumber(setting, readSetting(name), range);
  if (problem !== undefined) {
    check.warn({ setting, sentence: problem });
  }
  return value * 60_000;
}
