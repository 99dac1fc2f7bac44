/** A file that a glob has found. */
export interface FoundFile {
  /** Absolute path, or any other text that names it; both slashes may stand in it. */
  readonly path: string;
  /** When it was last written, ms since 1970. */
  readonly mtimeMs: number;
}

/** Files that builds create next to the package: sources, documents, tests, and the archive before it was repackaged. */
export const secondaryArtifacts: readonly string[] = [
  '*-sources.jar',
  '*-javadoc.jar',
  '*-tests.jar',
  // Spring Boot: Gradle's plain archive without the libraries, Maven's archive before it was repackaged.
  '*-plain.jar',
  '*-plain.war',
  '*.original',
  // Maven's shade plugin: the archive before the libraries were put in.
  'original-*.jar',
];

/**
 * Selects among the files that a pattern matches.
 *
 * @param which `newest`: the one that was written last; `all`: all, sorted by path
 * @param ignored patterns of file names, with `*`. They apply only if another file is left, so that a pattern for
 * sources finds them
 */
export function selectArtifacts<T extends FoundFile>(
  found: readonly T[],
  which: 'newest' | 'all',
  ignored: readonly string[] = secondaryArtifacts,
): readonly T[] {
  const isIgnored = matcherOf(ignored);
  const wanted = found.filter((file) => !isIgnored(nameOf(file.path)));
  const sorted = (wanted.length > 0 ? wanted : found).toSorted(byPath);
  if (which === 'all' || sorted.length === 0) {
    return sorted;
  }
  return [sorted.reduce((newest, file) => (file.mtimeMs > newest.mtimeMs ? file : newest))];
}

function nameOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

function byPath(a: FoundFile, b: FoundFile): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

function matcherOf(patterns: readonly string[]): (name: string) => boolean {
  const expressions = patterns.map((pattern) => {
    const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`, 'is');
  });
  return (name) => expressions.some((expression) => expression.test(name));
}
