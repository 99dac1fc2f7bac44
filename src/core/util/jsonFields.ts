import { CodedError, type ErrorCode, type ErrorFacts } from '../errors/catalogue';
import { parseInstant } from './serverTime';

/** What is wrong with a field, for the message; never the field's value. */
type Fault = 'missing' | 'empty' | 'malformed';

/** Visible ASCII: what a header may contain. */
export const headerText = /^[\x21-\x7e]+$/;

/** Accepts a text that matches the pattern. */
export function matching(pattern: RegExp): (text: string) => string | undefined {
  return (text) => (pattern.test(text) ? text : undefined);
}

/** No list that a server sends is read further than this. */
const maxItems = 2_000;

/** The members of one JSON object. Those that must exist are read strictly, the others (`optional…`) as they come. */
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

  /** An instant, ms since 1970. */
  instant(name: string): number {
    const ms = parseInstant(this.text(name));
    if (Number.isNaN(ms)) {
      throw this.#fault(name, 'malformed');
    }
    return ms;
  }

  inner(name: string): JsonFields {
    const value = this.#member(name);
    if (typeof value !== 'object' || Array.isArray(value)) {
      throw this.#fault(name, 'malformed');
    }
    return new JsonFields(value, this.code, this.facts);
  }

  /** The first of these members that exists: some names come in two spellings. */
  innerOf(first: string, ...others: readonly string[]): JsonFields {
    const found = [first, ...others].find((name) => this.#find(name) !== undefined);
    return this.inner(found ?? first);
  }

  /** A whole number, which may also come as text. */
  integer(name: string): number {
    const value = toInteger(this.#member(name));
    if (value === undefined) {
      throw this.#fault(name, 'malformed');
    }
    return value;
  }

  /** Undefined when the member is absent, empty or no whole number. */
  optionalInteger(name: string): number | undefined {
    return toInteger(this.#find(name));
  }

  /** A text or a number as text; undefined when the member is absent, blank or of another type. */
  optionalText(name: string): string | undefined {
    const value = this.#find(name);
    const text = typeof value === 'number' ? String(value) : value;
    return typeof text === 'string' && text.trim() !== '' ? text : undefined;
  }

  /** An inner object that may be absent. */
  optionalInner(name: string): JsonFields | undefined {
    return isAbsent(this.#find(name)) ? undefined : this.inner(name);
  }

  /** The objects of a list that is wrapped in an object, `{ list: { item: […] } }`; none when either is absent. */
  items(list: string, ...itemSpellings: readonly string[]): readonly JsonFields[] {
    const wrapper = this.optionalInner(list);
    const name = wrapper && itemSpellings.find((spelling) => !isAbsent(wrapper.#find(spelling)));
    if (wrapper === undefined || name === undefined) {
      return [];
    }
    const value = wrapper.#find(name);
    if (!Array.isArray(value)) {
      throw this.#fault(name, 'malformed');
    }
    return value
      .slice(0, maxItems)
      .filter((item) => typeof item === 'object' && item !== null)
      .map((item) => new JsonFields(item, this.code, this.facts));
  }

  #find(name: string): unknown {
    const { value } = this;
    const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
    return isThere ? (value as Record<string, unknown>)[name] : undefined;
  }

  #member(name: string): unknown {
    const member = this.#find(name);
    if (member === undefined || member === null) {
      throw this.#fault(name, 'missing');
    }
    return member;
  }

  #fault(subject: string, detail: Fault): CodedError {
    return new CodedError(this.code, { ...this.facts, subject, detail });
  }
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function toInteger(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) ? (number as number) : undefined;
}

/** Undefined for what is no JSON. The parser's error is dropped, because it quotes the text, which may hold secrets. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
