import { headerText } from '../../util/jsonFields';

/**
 * Whether a text can be an AccessKey ID, a secret or a token at all: visible ASCII without blanks. Anything else could
 * not be sent in a header, and is a slip of the hand.
 */
export function isKeyText(text: string): boolean {
  return headerText.test(text);
}
