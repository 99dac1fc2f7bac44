import { singleLine } from '../../util/displayText';

/**
 * What file names on Windows must not contain, besides control characters. Replaced on all systems, because files are
 * passed on.
 */
const forbidden = /[<>:"/\\|?*]/g;

/**
 * The replacement of `singleLine` for invisible characters; marks of direction; and joiners and variation selectors, unless
 * they follow a character that may need them. With these, names of two files could look the same, and nobody could type
 * them.
 */
const invisible =
  // oxlint-disable-next-line no-misleading-character-class -- single code points
  /[\ufffd\u061c\u200e\u200f\u2060]|(?<![^\0-\x7f])[\u180b-\u180d\u180f\u200c\u200d\ufe00-\ufe0f\u{e0100}-\u{e01ef}]+/gu;

/**
 * Names that Windows takes for devices, whatever their extension and with spaces before it.
 * Source: learn.microsoft.com, "Naming Files, Paths, and Namespaces"; Win32 RtlIsDosDeviceName.
 */
const devices =
  /^(con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?= *(?:\.|$))/i;

/** Most file systems refuse longer names, bytes of UTF-8. */
const maxBytes = 255;

/** An extension up to this length is never shortened, characters. */
const maxExtension = 20;

/**
 * A file name for an object key: valid on every system, in the chosen folder, and visible. A leading dot is replaced,
 * as browsers do, because a hidden file such as `.bash_profile` may be run or read by other programs.
 */
export function safeFileName(key: string): string {
  const last = key.split('/').findLast((part) => part !== '') ?? '';
  const name = singleLine(last)
    .replace(forbidden, '_')
    .replace(invisible, '_')
    .replace(/^\./, /^\.+$/.test(last) ? '_' : '_.')
    .replace(devices, '_$1');
  const short = withSuffix(name === '' ? 'object' : name, '');
  // Windows drops dots and spaces at the end.
  return short.replace(/(?<![. ])[. ]+$/, (end) => '_'.repeat(end.length));
}

/** `app (1).jar` for `app.jar` and ` (1)`. The stem is shortened, between characters, to what file systems take. */
export function withSuffix(name: string, suffix: string): string {
  const dot = name.lastIndexOf('.');
  const isExtension = dot > 0 && name.length - dot <= maxExtension;
  const stem = isExtension ? name.slice(0, dot) : name;
  const end = suffix + (isExtension ? name.slice(dot) : '');
  let room = maxBytes - Buffer.byteLength(end);
  let shortened = '';
  for (const character of stem) {
    room -= Buffer.byteLength(character);
    if (room < 0) {
      break;
    }
    shortened += character;
  }
  return shortened + end;
}
