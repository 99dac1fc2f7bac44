import { CodedError, type ErrorCode, type ErrorFacts } from '../errors/catalogue';

/** What is wrong with a field, for the message; never the field's value. */
type Fault = 'missing' | 'empty' | 'malformed';

/** Visible ASCII: what a header may contain. */
export const headerText = /^[\x21-\x7e]+$/;

/** Accepts a text that matches the pattern. */
export function matching(pattern: RegExp): (text: string) => string | undefined {
  return (text) => (pattern.test(text) ? text : undefined);
}

/** The members of one JSON object, read strictly. */
export class JsonFields {
  constructor(
    private readonly value: unknown,
    /** The code of the error that a wrong field throws. */
    private readonly code: ErrorCode,
    private readonly facts: ErrorFacts,
  ) {}

  /** A text that is not empty and that `read` accepts; `read` may also normalise it. */
  text(name: string, read: (text: string) => string | undefined = (text) => text): string {
    const value = this.#member(name);
    if (typeof value !== 'string') {
      throw this.#fault(name, 'malformed');
    }
    if (value.trim() === '') {
      throw this.#fault(name, 'empty');
    }
    const good = read(value);
    if (good === undefined) {
      throw this.#fault(name, 'malformed');
    }
    return good;
  }

  inner(name: string): JsonFields {
    const value = this.#member(name);
    if (typeof value !== 'object' || Array.isArray(value)) {
      throw this.#fault(name, 'malformed');
    }
    return new JsonFields(value, this.code, this.facts);
  }

  #member(name: string): unknown {
    const { value } = this;
    const member: unknown =
      typeof value === 'object' && value !== null && Object.hasOwn(value, name)
        ? (value as Record<string, unknown>)[name]
        : undefined;
    if (member === undefined || member === null) {
      throw this.#fault(name, 'missing');
    }
    return member;
  }

  #fault(subject: string, detail: Fault): CodedError {
    return new CodedError(this.code, { ...this.facts, subject, detail });
  }
}
