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
 * Data of files or servers as JSON on one line: what a model reads as data. Texts are cut and have no control characters.
 * Characters of them that are syntax elsewhere are escaped, which JSON reads as the same characters.
 */
export function quoted(value: Exclude<Value, undefined>): string {
  const json = JSON.stringify(value, (_name, each: unknown) =>
    typeof each === 'string' ? cut(singleLine(each)) : each,
  );
  return json.replace(/"(?:[^"\\]|\\.)*"/g, (text) =>
    text.replace(syntax, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}

function cut(line: string): string {
  return line.length > maxLength ? `${line.slice(0, maxLength).replace(/\p{Cs}$/u, '')}…` : line;
}

/** One fact a line: `name: value`, values as JSON. What is undefined is left out. */
export function factLines(facts: Facts): readonly string[] {
  return Object.entries(facts).flatMap(([name, value]) => {
    // Of a list each item has its line, so that a long one can be read and cut.
    const values = isList(value) ? value : [value];
    return values.flatMap((each) => (each === undefined ? [] : [`${name}: ${quoted(each)}`]));
  });
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** As models and people read a moment in every language; ms since 1970. */
export function isoTime(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
