import type { TransferSettings } from '../../core/transfer/types';
import { parallelPartsRange, partSizeRange } from '../../core/transfer/multipart/partSizing';
import { readSetting, settingsSection } from './settings';
import type { SettingsValidator } from './settingsValidator';
import { wholeNumber, type Range } from './wholeNumber';

/** Reads them as they are now; says what is wrong with one, and then takes the default. */
export function readTransferSettings(check: SettingsValidator): TransferSettings {
  const read = (name: string, range: Range): number => {
    const setting = `${settingsSection}.${name}`;
    const { value, problem } = wholeNumber(setting, readSetting(name), range);
    if (problem !== undefined) {
      check.warn({ setting, sentence: problem });
    }
    return value;
  };
  return {
    partSize: read('partSize', partSizeRange),
    parallelParts: read('parallelParts', parallelPartsRange),
    deltaUpload: readSetting('deltaUpload') !== false,
  };
}
