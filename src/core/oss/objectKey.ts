import { CodedError } from '../errors/catalogue';
import { isPrintable, singleLine } from '../util/displayText';

/** Longest object key, bytes of UTF-8. */
export const maxKeyBytes = 1023;

/**
 * The object key of a name below a prefix: `<prefix>/<name>`. The name may have segments of its own.
 *
 * @param prefix as in `Credential.keyPrefix`, without slashes at its ends
 * @throws CodedError
 *   - `key.empty` no name
 *   - `key.badStart` the name starts with a slash or a backslash
 *   - `key.controlCharacter` the name has a character that cannot be shown, or that changes the order in which others are shown
 *   - `key.outsidePrefix` a segment is empty, `.` or `..`, so that the key would lead to another folder
 *   - `key.tooLong` the key is longer than 1023 bytes; `bytes` is its length
 */
export function joinKey(prefix: string, name: string): string {
  const subject = singleLine(name);
  if (name === '') {
    throw new CodedError('key.empty');
  }
  if (/^[/\\]/.test(name)) {
    throw new CodedError('key.badStart', { subject });
  }
  if (!isPrintable(name)) {
    throw new CodedError('key.controlCharacter', { subject });
  }
  const key = `${prefix}/${name}`;
  if (!isInsidePrefix(key)) {
    throw new CodedError('key.outsidePrefix', { subject, detail: prefix });
  }
  assertKeyLength(key);
  return key;
}

/**
 * @param folder below a prefix, with a slash at its end; '' is the prefix itself
 * @throws CodedError `key.badFolder` when `joinKey` would accept no name in it: others may have made such a folder
 */
export function assertUploadFolder(folder: string): void {
  if (folder !== '' && !(isPrintable(folder) && isInsidePrefix(folder.replace(/\/$/, '')))) {
    throw new CodedError('key.badFolder', { subject: singleLine(folder) });
  }
}

/** The part of a key after its last slash. */
export function baseName(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

/** @throws CodedError `key.tooLong` when a key is longer than 1023 bytes; `bytes` is its length */
export function assertKeyLength(key: string): void {
  const bytes = Buffer.byteLength(key);
  if (bytes > maxKeyBytes) {
    throw new CodedError('key.tooLong', { subject: singleLine(key), bytes });
  }
}

/**
 * False for keys that a URL parser or a Windows path would read as another key. A backslash counts as a separator
 * here, because for both it is one.
 */
function isInsidePrefix(key: string): boolean {
  return key
    .split(/[/\\]/)
    .every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}
