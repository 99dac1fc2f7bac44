import { unprintable } from '../../util/displayText';

/** What Windows allows in no file name, beside control characters; elsewhere a slash is enough, but files travel. */
const forbidden = /[<>:"/\\|?*]/g;

/** Names of devices, which Windows takes for these whatever their extension. */
const devices = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)/i;

/** Longer names most file systems refuse, bytes of UTF-8; leaves room for the suffix of a temporary name. */
const maxBytes = 240;

/** A file name for what stands under an object key, one that every system takes and that leads into no other folder. */
export function safeFileName(key: string): string {
  const last = key.split('/').findLast((part) => part !== '') ?? '';
  const name = last
    .replace(forbidden, '_')
    .replace(unprintable, '_')
    .replace(/(?<![. ])[. ]+$/, (end) => '_'.repeat(end.length))
    .replace(devices, '_$1');
  return shortened(name === '' ? 'object' : name);
}

/** Cuts in the middle, so that the extension stays. */
function shortened(name: string): string {
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= 20 ? name.slice(dot) : '';
  let stem = '';
  let room = maxBytes - Buffer.byteLength(extension);
  for (const character of name.slice(0, name.length - extension.length)) {
    room -= Buffer.byteLength(character);
    if (room < 0) {
      break;
    }
    stem += character;
  }
  return stem + extension;
}
