import { workspace, type Uri } from 'vscode';
import { defaultExcludes } from '../../core/zip/excludes';
import type { ZipRequest } from '../../core/zip/zipRequest';
import { settingsSection } from './settings';

/** `edasPackages.zip.*`: what is left out of a ZIP, and how symbolic links are packed. Invalid values are ignored. */
export function zipSettings(location: Uri): Pick<ZipRequest, 'excludes' | 'links'> {
  const configuration = workspace.getConfiguration(`${settingsSection}.zip`, location);
  const excludes = configuration.get<unknown>('exclude');
  return {
    excludes: isTexts(excludes) ? excludes : defaultExcludes,
    links: configuration.get<unknown>('links') === 'skip' ? 'skip' : 'keep',
  };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
