import { pathToFileURL } from 'node:url';

/** Whether names that differ only in case are names of the same file, as on the default disks of these systems. */
export function namesIgnoreCase(platform: NodeJS.Platform = process.platform): boolean {
  return platform === 'win32' || platform === 'darwin';
}

/** `\\?\C:\a` and `\\?\UNC\server\a`: with this prefix Windows takes the rest literally. */
const literalPrefix = /^\\\\\?\\(UNC\\)?/i;

/** The `file:` URI of an absolute path, one for all spellings of it but upper and lower case. */
export function fileUri(file: string, platform: NodeJS.Platform = process.platform): string {
  const windows = platform === 'win32';
  const plain = windows
    ? file.replace(literalPrefix, (_, unc?: string) => (unc === undefined ? '' : '\\\\'))
    : file;
  return pathToFileURL(plain, { windows }).href;
}
