/** Whether a file or folder is left out. The path is relative to the selected folder, with `/` between names. */
export type ExcludeFilter = (relativePath: string, isFolder: boolean) => boolean;

/** The default of the setting: nothing of this belongs to a program. */
export const defaultExcludes: readonly string[] = [
  '.git/',
  '.svn/',
  '.hg/',
  '.DS_Store',
  'Thumbs.db',
  'desktop.ini',
];

/**
 * Interprets patterns like a `.gitignore` at the root of the folder, negations included. They are case-sensitive on every
 * system, so that a folder gives the same package everywhere.
 */
export async function createExcludeFilter(patterns: readonly string[]): Promise<ExcludeFilter> {
  if (patterns.length === 0) {
    return () => false;
  }
  const { default: ignore } = await import('ignore');
  const matcher = ignore({ ignorecase: false }).add(patterns);
  return (relativePath, isFolder) => matcher.ignores(isFolder ? `${relativePath}/` : relativePath);
}
