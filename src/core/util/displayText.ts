/**
 * Control characters, line and paragraph separators, halves of surrogate pairs, and the characters that override or
 * isolate the direction of the text beside them: with those a name reads as another one than it is (CVE-2021-42574,
 * "Trojan Source"), in our views, in logs and in the console. Marks (U+200E, U+200F, U+061C) and joiners are allowed,
 * because names in Arabic, Hebrew or Persian and many emoji need them and they reorder no letters.
 */
export const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu;

/** A text of a stranger on one line, as it may be shown: each character that must not be is U+FFFD. */
export function singleLine(text: string): string {
  return text.replace(unprintable, '\u{fffd}');
}
