/** Says whether something in the folder is left out. The path is relative to the folder, with `/` between names. */
export type ExcludeFilter = (relativePath: string, isFolder: boolean) => boolean;

/** What is left out unless the setting says otherwise: nothing of it belongs to a program. */
export const defaultExcludes: readonly string[] = [
  '.git/',
  '.svn/',
  '.hg/',
  '.DS_Store',
  'Thumbs.db',
  'desktop.ini',
];

/**
 * Reads patterns as a `.gitignore` at the top of the folder would have them, negations included. Upper and lower
 * case differ on every system, so that a folder gives the same package everywhere.
 */
export async function createExcludeFilter(patterns: readonly string[]): Promise<ExcludeFilter> {
  if (patterns.length === 0) {
    return () => false;
  }
  const { default: ignore } = await import('ignore');
  const matcher = ignore({ ignorecase: false }).add(patterns);
  return (relativePath, isFolder) => matcher.ignores(isFolder ? `${relativePath}/` : relativePath);
}
