import fc from 'fast-check';

/** Characters that are often encoded wrongly. */
const specialCharacters = [
  ...'a z A Z 0 9 - _ . ~ + % ( ) \' ! * / \\ & = ? # @ : ; , < > " | ^ ` { } [ ] $'.split(' '),
  ' ',
  '%2F',
  '%2e',
  '空',
  '格',
  'é',
  'ß',
  '\u{1F4E6}',
  '\u{1F469}\u{200D}\u{1F4BB}',
  '\u{FB01}',
  '\u{10FFFF}',
  '\u{202E}',
];

/** Well-formed, non-empty text of special characters. */
export function oddText(): fc.Arbitrary<string> {
  return fc
    .array(
      fc.oneof(fc.constantFrom(...specialCharacters), fc.string({ unit: 'binary', maxLength: 2 })),
      {
        minLength: 1,
        maxLength: 12,
      },
    )
    .map((pieces) => pieces.join(''))
    .filter((text) => text !== '');
}

/** A name that no encoding changes. */
export function plainName(): fc.Arbitrary<string> {
  return fc.stringMatching(/^[A-Za-z0-9_.~-]{1,10}$/);
}

/** A header's value: visible ASCII, with spaces inside and around. */
export function header(): fc.Arbitrary<string> {
  return fc.stringMatching(/^ ?[\x21-\x7e]{1,12}(?: [\x21-\x7e]{1,6})? ?$/);
}

/** 64 hex digits. */
export function hash(): fc.Arbitrary<string> {
  return fc.stringMatching(/^[0-9a-f]{64}$/);
}
