import { isPrintable } from './displayText';

/** What a property must be, as data for a sentence. */
export type Expectation =
  | { readonly kind: 'flag' }
  | { readonly kind: 'oneOf'; readonly values: readonly string[] }
  | { readonly kind: 'text'; readonly maxLength: number }
  | { readonly kind: 'whole'; readonly least: number; readonly most: number };

/** One property of an object that somebody else has written. */
export interface Field<T = unknown, R extends boolean = boolean> {
  readonly expectation: Expectation;
  readonly isRequired: R;
  /** The value as it is used; undefined when it is not as expected. */
  readonly read: (value: unknown) => T | undefined;
}

export type Fields = Readonly<Record<string, Field>>;

type ValueOf<F> = F extends Field<infer T> ? T : never;

/** What `readFields` makes of an object. */
export type InputOf<F extends Fields> = {
  readonly [K in keyof F as F[K]['isRequired'] extends true ? K : never]: ValueOf<F[K]>;
} & {
  readonly [K in keyof F as F[K]['isRequired'] extends true ? never : K]?: ValueOf<F[K]>;
};

/** What is wrong with an object. */
export interface InputProblem {
  /** Of the property; '' for the object itself. */
  readonly wrong: string;
  /** Absent: there is no such property. */
  readonly expectation?: Expectation;
}

/** Longest text where no other limit is known, characters. */
const usualLength = 1_024;

function optionalField<T>(
  expectation: Expectation,
  read: (value: unknown) => T | undefined,
): Field<T, false> {
  return { expectation, isRequired: false, read };
}

/** A text on one line that is not blank; spaces at its ends are cut off. */
export function text(maxLength = usualLength): Field<string, false> {
  return optionalField({ kind: 'text', maxLength }, (value) => {
    const trimmed = typeof value === 'string' ? value.trim() : '';
    const isGood = trimmed !== '' && trimmed.length <= maxLength && isPrintable(trimmed);
    return isGood ? trimmed : undefined;
  });
}

export function flag(): Field<boolean, false> {
  return optionalField({ kind: 'flag' }, (value) =>
    typeof value === 'boolean' ? value : undefined,
  );
}

/** @param least @param most both included */
export function whole(least: number, most: number): Field<number, false> {
  return optionalField({ kind: 'whole', least, most }, (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? value
      : undefined,
  );
}

export function oneOf<T extends string>(...values: readonly T[]): Field<T, false> {
  return optionalField({ kind: 'oneOf', values }, (value) => values.find((each) => each === value));
}

export function required<T>(field: Field<T>): Field<T, true> {
  return { ...field, isRequired: true };
}

/**
 * Reads an object of which nothing is known.
 * @param options `ignoresOthers`: properties that are not known may be there
 */
export function readFields<F extends Fields>(
  value: unknown,
  fields: F,
  { ignoresOthers = false } = {},
): InputOf<F> | InputProblem {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { wrong: '' };
  }
  const given = new Map(Object.entries(value));
  const input: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    const found: unknown = given.get(name);
    given.delete(name);
    if (found === undefined && !field.isRequired) {
      continue;
    }
    const read = field.read(found);
    if (read === undefined) {
      return { wrong: name, expectation: field.expectation };
    }
    input[name] = read;
  }
  const [other] = given.keys();
  return other === undefined || ignoresOthers ? (input as InputOf<F>) : { wrong: other };
}

export function isProblem<F extends Fields>(read: InputOf<F> | InputProblem): read is InputProblem {
  return 'wrong' in read;
}
