/**
 * Percent-encodes a text as both signatures want it: all but `A-Za-z0-9-_.~` becomes the `%XX` of its UTF-8 bytes.
 * Source: "V3 request structure and signature"; "Recommend to use signature version 4".
 *
 * @throws URIError when the text has half of a surrogate pair, which UTF-8 cannot write.
 */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The same for an object key, whose slashes stay as they are. */
export function percentEncodePath(key: string): string {
  return key.split('/').map(percentEncode).join('/');
}
