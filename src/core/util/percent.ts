/** Where the bytes are that are not UTF-8: byte 80 is U+DC80, and so on (Python's "surrogateescape", PEP 383). */
const escapeBase = 0xdc00;

/**
 * Percent-encodes a text as both signatures require: all but `A-Za-z0-9-_.~` becomes the `%XX` of its UTF-8 bytes.
 * What `percentDecode` has escaped becomes the byte that it was.
 * Source: "V3 request structure and signature"; "Recommend to use signature version 4".
 *
 * @throws URIError when the text has half of a surrogate pair that represents no byte.
 */
export function percentEncode(text: string): string {
  return text.replace(/[\udc80-\udcff]|[^\udc80-\udcff]+/gu, (piece) =>
    /^[\udc80-\udcff]/u.test(piece)
      ? hexOf(piece.charCodeAt(0) - escapeBase)
      : encodeURIComponent(piece).replace(/[!'()*]/g, (char) => hexOf(char.charCodeAt(0))),
  );
}

/**
 * The text that was percent-encoded. A byte that is not UTF-8 becomes half of a surrogate pair, which is shown as an
 * unprintable character and encoded as that byte again: an object key from elsewhere may have any bytes.
 *
 * @returns undefined when a percent sign is not followed by two hexadecimal digits
 */
export function percentDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return /%(?![\da-f]{2})/i.test(text)
      ? undefined
      : text.replace(/(?:%[\da-f]{2})+/gi, (run) =>
          decodeBytes(Buffer.from(run.replaceAll('%', ''), 'hex').toString('latin1')),
        );
  }
}

/** @param bytes one character each */
function decodeBytes(bytes: string): string {
  const sequences =
    /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|[\x80-\xff]/g;
  return bytes.replace(sequences, (sequence) => {
    if (sequence.length === 1) {
      return escapeByte(sequence);
    }
    const text = Buffer.from(sequence, 'latin1').toString();
    return text.includes('\ufffd') && sequence !== '\xef\xbf\xbd'
      ? Array.from(sequence, escapeByte).join('')
      : text;
  });
}

function escapeByte(byte: string): string {
  return String.fromCharCode(escapeBase + byte.charCodeAt(0));
}

function hexOf(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** The same for an object key, whose slashes stay as they are. */
export function percentEncodePath(key: string): string {
  return key.split('/').map(percentEncode).join('/');
}
