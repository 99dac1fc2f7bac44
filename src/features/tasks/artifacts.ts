/** A file that a glob has found. */
export interface FoundFile {
  /** Absolute path, or any other text that names it; both slashes may stand in it. */
  readonly path: string;
  /** When it was last written, ms since 1970. */
  readonly mtimeMs: number;
}

/** Names of what builds create next to the package: sources, documents, tests, and the archive before it was repackaged. */
const secondary: readonly RegExp[] = [
  /-(?:sources|javadoc|tests)\.jar$/i,
  // Spring Boot: Gradle's plain archive without the libraries, Maven's archive before it was repackaged.
  /-plain\.[jw]ar$/i,
  /\.original$/i,
  // Maven's shade plugin: the archive before the libraries were put in.
  /^original-.*\.jar$/i,
];

/**
 * Selects among the files that a pattern matches. Secondary files are left out, unless there are no others, so that a
 * pattern for sources finds them.
 *
 * @param which `newest`: the one that was written last; `all`: all, sorted by path
 */
export function selectArtifacts<T extends FoundFile>(
  found: readonly T[],
  which: 'newest' | 'all',
): readonly T[] {
  const wanted = found.filter((file) => !secondary.some((name) => name.test(nameOf(file.path))));
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
