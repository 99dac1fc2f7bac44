import { CodedError } from '../errors/catalogue';

/** Longest object key, bytes of UTF-8. */
export const maxKeyBytes = 1023;

/**
 * Control characters, line and paragraph separators, halves of surrogate pairs, and the characters that override or
 * isolate the direction of what stands beside them: with those a name reads as another one than it is (CVE-2021-42574,
 * "Trojan Source"), in our views, in logs and in the console. Marks (U+200E, U+200F, U+061C) and joiners stay, because
 * names in Arabic, Hebrew or Persian and many emoji need them and they reorder no letters.
 */
export const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu;

/** A key as it may be shown, also one that others made: what no new key may hold becomes U+FFFD. */
export function displayKey(key: string): string {
  return key.replace(unprintable, '\u{fffd}');
}

/**
 * The object key of a name below a prefix: `<prefix>/<name>`. The name may have segments of its own.
 *
 * @param prefix as in `Credential.keyPrefix`, without slashes at its ends
 * @throws CodedError
 *   - `key.empty` no name
 *   - `key.badStart` the name starts with a slash or a backslash
 *   - `key.controlCharacter` the name has a character that cannot be shown, or that makes others be shown elsewhere
 *   - `key.outsidePrefix` a segment is empty, `.` or `..`, which would lead elsewhere
 *   - `key.tooLong` the key is longer than 1023 bytes; `bytes` is its length
 */
export function joinKey(prefix: string, name: string): string {
  const subject = displayKey(name);
  if (name === '') {
    throw new CodedError('key.empty');
  }
  if (/^[/\\]/.test(name)) {
    throw new CodedError('key.badStart', { subject });
  }
  if (subject !== name) {
    throw new CodedError('key.controlCharacter', { subject });
  }
  const key = `${prefix}/${name}`;
  if (!isInsidePrefix(key)) {
    throw new CodedError('key.outsidePrefix', { subject, detail: prefix });
  }
  assertKeyLength(key);
  return key;
}

/** @throws CodedError `key.tooLong` when a key is longer than 1023 bytes; `bytes` is its length */
export function assertKeyLength(key: string): void {
  const bytes = Buffer.byteLength(key);
  if (bytes > maxKeyBytes) {
    throw new CodedError('key.tooLong', { subject: displayKey(key), bytes });
  }
}

/**
 * False for keys that a URL parser or a Windows path would read as another key. A backslash counts as a separator
 * here, because both take it for one.
 */
function isInsidePrefix(key: string): boolean {
  return key
    .split(/[/\\]/)
    .every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}
