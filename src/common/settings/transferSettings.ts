import { parallelPartsRange, partSizeRange } from '../../core/transfer/multipart/partSizing';
import type { TransferSettings } from '../../core/transfer/types';
import { readSetting } from './settings';
import type { SettingsValidator } from './settingsValidator';
import { readWholeNumber } from './wholeNumber';

/** The current settings of transfers; warns of invalid values, and then uses the default. */
export function readTransferSettings(validator: SettingsValidator): TransferSettings {
  return {
    partSize: readWholeNumber('partSize', partSizeRange, validator),
    parallelParts: readWholeNumber('parallelParts', parallelPartsRange, validator),
    deltaUpload: readSetting('deltaUpload') !== false,
  };
}
