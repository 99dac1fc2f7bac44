import { singleLine } from '../../core/util/displayText';

/** The named values of a result; their texts are data of files and servers. */
export type Value =
  | boolean
  | number
  | string
  | undefined
  | readonly Value[]
  | { readonly [name: string]: Value };

export type Facts = Readonly<Record<string, Value>>;

/** An object key has at most 1,023 bytes, and must be whole to be of use. No other text is longer. */
const maxLength = 1_024;

/** What Markdown, HTML or VS Code's icons would read as syntax: links, images, emphasis, code, tables. */
const syntax = /[`*~[\]<>|$!]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|:(?=\/\/)|(?<=\bwww)\./giu;

/**
 * A text of a file or a server as a JSON string on one line, cut, without control characters: what a model reads as data.
 * Characters that are syntax elsewhere are escaped, which JSON reads as the same characters.
 */
export function quoted(text: string): string {
  const line = singleLine(text);
  const cut =
    line.length > maxLength ? `${line.slice(0, maxLength).replace(/\p{Cs}$/u, '')}…` : line;
  return JSON.stringify(cut).replace(
    syntax,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** One fact a line: `name: value`, values as JSON. What is undefined is left out. */
export function factLines(facts: Facts): readonly string[] {
  return Object.entries(facts).flatMap(([name, value]) => {
    // Of a list each item has its line, so that a long one can be read and cut.
    const values = isList(value) ? value : [value];
    return values.flatMap((each) => (each === undefined ? [] : [`${name}: ${json(each)}`]));
  });
}

function json(value: Exclude<Value, undefined>): string {
  if (typeof value === 'string') {
    return quoted(value);
  }
  if (typeof value !== 'object') {
    return String(value);
  }
  if (isList(value)) {
    return `[${value.flatMap((each) => (each === undefined ? [] : [json(each)])).join(',')}]`;
  }
  const members = Object.entries(value).flatMap(([name, each]) =>
    each === undefined ? [] : [`${quoted(name)}:${json(each)}`],
  );
  return `{${members.join(',')}}`;
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** As models and people read a moment in every language; ms since 1970. */
export function isoTime(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
