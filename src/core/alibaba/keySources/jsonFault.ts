/** White space, which may be none. */
const space = /[ \t\n\r]*/y;

const marks = '[]{}:,';

/** A mark, a string, another value, or the end of the text (RFC 8259). */
const token =
  /[[\]{}:,]|"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})[ !#-[\]-\uffff]*)*"|(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[Ee][+-]?\d+)?)(?![\w.+-])|$/y;

/** What may come, by state, and the state after it. A mark stands for itself. */
type Grammar = Readonly<Record<string, Readonly<Record<string, string>>>>;

const value = { '[': 'firstElement', '{': 'firstName', string: 'behind', other: 'behind' };

const grammar: Grammar = {
  value,
  firstElement: { ...value, ']': 'behind' },
  firstName: { string: 'colon', '}': 'behind' },
  name: { string: 'colon' },
  colon: { ':': 'value' },
};

/** What may come behind a value, by the mark that opened what it stands in. */
const behind: Grammar = {
  '[': { ',': 'value', ']': 'behind' },
  '{': { ',': 'name', '}': 'behind' },
  outside: { end: 'done' },
};

/**
 * Where a text stops being JSON: at which token, or at its end. Counted from 1; empty when it is JSON. For files that
 * must not be quoted, as the engine's own messages do.
 */
export function placeOfFault(text: string): { line?: number; column?: number } {
  const open: string[] = [];
  let state = 'value';
  let at = 0;
  while (state !== 'done') {
    at += textAt(space, text, at)?.length ?? 0;
    const found = textAt(token, text, at);
    const kind = kindOf(found);
    const next = (state === 'behind' ? behind[open.at(-1) ?? 'outside'] : grammar[state])?.[kind];
    if (next === undefined) {
      const lines = text.slice(0, at).split(/\r\n?|\n/);
      return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
    }
    if (kind === '[' || kind === '{') {
      open.push(kind);
    } else if (kind === ']' || kind === '}') {
      open.pop();
    }
    state = next;
    at += found?.length ?? 0;
  }
  return {};
}

function kindOf(found: string | undefined): string {
  if (found === undefined) {
    return 'none';
  }
  if (found === '') {
    return 'end';
  }
  return marks.includes(found) ? found : found.startsWith('"') ? 'string' : 'other';
}

function textAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
