/**
 * Control characters, line and paragraph separators, halves of surrogate pairs, and the characters that override or
 * isolate the direction of the text beside them: with those a name reads as another one than it is (CVE-2021-42574,
 * "Trojan Source"), in our views, in logs and in the console. Marks (U+200E, U+200F, U+061C) and joiners are allowed,
 * because names in Arabic, Hebrew or Persian and many emoji need them and they reorder no letters.
 */
export const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Other characters that are invisible: with them, names that look the same are different, and tags carry hidden text.
 * A key that contains one can be used; only where it is shown, the character is made visible. Allowed are joiners, marks
 * and variation selectors, and the word joiner that `plainText` puts in, which may have been there before.
 */
const invisible =
  // oxlint-disable-next-line no-misleading-character-class -- single code points, each as such
  /(?!(?<=[\]$])\u2060(?=\())(?![\u061c\u200c-\u200f\u180b-\u180d\u180f\ufe00-\ufe0f\u{e0100}-\u{e01ef}])[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;

/** False when the text has a character that must not be in a name or a command. */
export function isPrintable(text: string): boolean {
  return text.search(unprintable) < 0;
}

/** Only visible characters of Latin-1, as in nearly all names: a view may have a hundred thousand rows. */
const ordinary = /^[ -~\xa0-\xac\xae-\xff]*$/;

/** An untrusted text as it may be shown: on one line, with U+FFFD in the place of each character that must not be shown. */
export function singleLine(text: string): string {
  return ordinary.test(text)
    ? text
    : text.replace(unprintable, '\u{fffd}').replace(invisible, '\u{fffd}');
}
