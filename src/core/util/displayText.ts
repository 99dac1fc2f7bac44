/**
 * Control characters, line and paragraph separators, halves of surrogate pairs, and the characters that override or
 * isolate the direction of the text beside them: with those a name reads as another one than it is (CVE-2021-42574,
 * "Trojan Source"), in our views, in logs and in the console. Marks (U+200E, U+200F, U+061C) and joiners are allowed,
 * because names in Arabic, Hebrew or Persian and many emoji need them and they reorder no letters.
 */
export const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Characters that are not seen besides those above: names that look the same are not, and tags carry text that nobody
 * reads. A key that has one exists and can be used; only what is shown says that there is one. Allowed are joiners, marks
 * and variation selectors, and the word joiner that `plainText` puts in, which may have been there before.
 */
const invisible =
  // eslint-disable-next-line no-misleading-character-class -- single code points, each as such
  /(?!(?<=[\]$])\u2060(?=\())(?![\u061c\u200c-\u200f\u180b-\u180d\u180f\ufe00-\ufe0f\u{e0100}-\u{e01ef}])[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;

/** False: the text has a character that must not be in what names or runs something. */
export function isPrintable(text: string): boolean {
  return text.search(unprintable) < 0;
}

/** Nothing but visible characters of Latin-1: there may be a hundred thousand rows, and nearly all are such. */
const ordinary = /^[ -~\xa0-\xac\xae-\xff]*$/;

/** A text of a stranger on one line, as it may be shown: each character that must not be is U+FFFD. */
export function singleLine(text: string): string {
  return ordinary.test(text)
    ? text
    : text.replace(unprintable, '\u{fffd}').replace(invisible, '\u{fffd}');
}
