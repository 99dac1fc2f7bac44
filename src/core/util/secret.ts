import { inspect } from 'node:util';

const mask = '[secret]';

/**
 * A text that must not be shown: an AccessKey secret, an STS secret, a security token.
 * It prints, logs, serialises and inspects as a mask; only `reveal` gives the text, so a search for that word
 * finds every place where a secret is used.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself, to sign or to store with. Never hand it to a log, an error or a view. */
  reveal(): string {
    return this.#text;
  }

  equals(other: Secret): boolean {
    return this.#text === other.#text;
  }

  toString(): string {
    return mask;
  }

  toJSON(): string {
    return mask;
  }

  [inspect.custom](): string {
    return mask;
  }
}
