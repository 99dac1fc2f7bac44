/** One part of a pattern, between its slashes. */
export type GlobSegment =
  /** This name, and no other. */
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'pattern'; readonly matches: (name: string) => boolean }
  /** `**`: any number of folders. */
  | { readonly kind: 'any' };

/** A pattern that makes more alternatives is taken as it stands. */
const mostAlternatives = 1000;

/**
 * Reads a pattern with `*`, `?`, `[a-z]`, `[!a-z]`, `{a,b}` and `**`, as VS Code's settings have them. A `*` matches no
 * name that begins with a dot.
 * @param ignoreCase as the disk does it
 * @returns the alternatives that the braces make, each as its segments
 */
export function parseGlob(
  pattern: string,
  ignoreCase = false,
): readonly (readonly GlobSegment[])[] {
  return expandBraces(pattern).map((alternative) =>
    alternative
      .split('/')
      .filter((part) => part !== '' && part !== '.')
      .map((part) => segmentOf(part, ignoreCase)),
  );
}

function segmentOf(part: string, ignoreCase: boolean): GlobSegment {
  if (part === '**') {
    return { kind: 'any' };
  }
  if (!/[*?[]/.test(part)) {
    return { kind: 'name', name: part };
  }
  const source = part.replace(/\[[^\]]+\]|[\s\S]/g, (piece) => {
    if (piece.length > 1) {
      const negated = /^\[[!^]/.test(piece);
      const set = piece.slice(negated ? 2 : 1, -1).replace(/[\\^[]/g, '\\$&');
      return set === '' ? '\\[\\]' : `[${negated ? '^' : ''}${set}]`;
    }
    return piece === '*' ? star : piece === '?' ? '.' : piece.replace(/[.+^${}()|[\]\\/]/g, '\\$&');
  });
  const expression = expressionOf(withStars(source), ignoreCase);
  if (expression === undefined) {
    return { kind: 'name', name: part };
  }
  const seesHidden = part.startsWith('.');
  return {
    kind: 'pattern',
    matches: (name) => (seesHidden || !name.startsWith('.')) && expression.test(name),
  };
}

/** No file name has it. */
const star = '\0';

/**
 * What stands between two stars may as well match where it does so first, and nothing is tried again: several `.*` in a
 * row would take a time that grows by a power for each star.
 */
function withStars(source: string): string {
  const [first = '', ...others] = source.split(star);
  const last = others.pop();
  const middle = others
    .filter((piece) => piece !== '')
    .map((piece, index) => `(?=(.*?${piece}))\\${index + 1}`);
  return last === undefined ? first : `${first}${middle.join('')}.*${last}`;
}

/** Undefined for a set that is none, as `[z-a]`. */
function expressionOf(source: string, ignoreCase: boolean): RegExp | undefined {
  try {
    return new RegExp(`^${source}$`, ignoreCase ? 'isu' : 'su');
  } catch {
    return undefined;
  }
}

/** A name as a pattern that matches just that name: `[svc]` → `[[]svc]`. */
export function literalGlob(name: string): string {
  return name.replace(/[*?[{},]/g, '[$&]');
}

/** Braces and commas that stand for themselves, and what stands in their place while the others are expanded. */
const literals = [
  ['[{]', '\u0001'],
  ['[}]', '\u0002'],
  ['[,]', '\u0003'],
] as const;

/** `a/{b,c}/d` → `a/b/d`, `a/c/d`. Braces without a comma are the characters that they are. */
function expandBraces(pattern: string): readonly string[] {
  const done: string[] = [];
  const open = [literals.reduce((text, [from, to]) => text.replaceAll(from, to), pattern)];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    // The innermost braces first, so that nested ones need no counting.
    const braces = /\{([^{}]*,[^{}]*)\}/.exec(next);
    if (braces === null) {
      done.push(next);
    } else {
      const [whole, inner = ''] = braces;
      const rest = next.slice(braces.index + whole.length);
      const before = next.slice(0, braces.index);
      open.push(
        ...inner
          .split(',')
          .map((each) => before + each + rest)
          .reverse(),
      );
    }
    if (done.length + open.length > mostAlternatives) {
      return [pattern];
    }
  }
  return [...new Set(done)].map((text) =>
    literals.reduce((all, [from, to]) => all.replaceAll(to, from), text),
  );
}
