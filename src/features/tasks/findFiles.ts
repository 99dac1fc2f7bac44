import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { CancellationTokenSource, RelativePattern, Uri, workspace } from 'vscode';
import { onAbort } from '../../core/util/abort';
import type { FoundFile } from './artifacts';

/**
 * The files that a glob pattern of VS Code matches, each once. What Git ignores or the settings exclude is found, too;
 * hidden files and folders, and node_modules, only by a pattern that names such.
 *
 * @param folder absolute; base of a relative pattern
 * @param pattern may be an absolute path, and lead out of the folder
 * @throws AbortError by the signal
 */
export async function findFiles(
  folder: string,
  pattern: string,
  signal: AbortSignal,
): Promise<readonly FoundFile[]> {
  const { base, glob } = splitPattern(folder, pattern);
  const files = glob === '' ? [base] : await search(base, glob, signal);
  signal.throwIfAborted();
  // By its own path: a file may be found through links, too.
  const found = new Map<string, FoundFile>();
  for (const file of files) {
    const stats = await stat(file).catch(() => undefined);
    if (stats?.isFile() === true) {
      const own = await realpath(file);
      if (!found.has(own) || own === file) {
        found.set(own, { path: file, mtimeMs: stats.mtimeMs });
      }
    }
  }
  return [...found.values()];
}

/**
 * The folder that the fixed beginning of a pattern names, and the rest, which has wildcards. VS Code's search does not
 * know `.` and `..`, and would take a bracket in the folder's own name for a wildcard.
 */
export function splitPattern(
  folder: string,
  pattern: string,
): { readonly base: string; readonly glob: string } {
  const slashed = path.sep === '\\' ? pattern.replaceAll('\\', '/') : pattern;
  const top = folder.split(path.sep).join('/');
  const relative = slashed.startsWith(`${top}/`) ? slashed.slice(top.length + 1) : slashed;
  const parts = relative.split('/');
  const names = parts.map((part) => part.replace(/\[(.)\]/g, '$1'));
  const isFixed = parts.map((part) => !/[*?[{]/.test(part.replace(/\[.\]/g, '')));
  const end = isFixed.includes(false) ? isFixed.indexOf(false) : parts.length;
  const fixed = names.slice(0, end).join('/');
  return {
    base: path.resolve(folder, end > 0 && fixed === '' ? '/' : fixed),
    glob: parts.slice(end).join('/'),
  };
}

/** A pattern that matches just this name: `[svc]` → `[[]svc]`. */
export function literalGlob(name: string): string {
  return name.replace(/[*?[{},]/g, '[$&]');
}

async function search(base: string, glob: string, signal: AbortSignal): Promise<readonly string[]> {
  const source = new CancellationTokenSource();
  const stopListening = onAbort(signal, () => source.cancel());
  try {
    const pattern = new RelativePattern(Uri.file(base), glob);
    const uris = await workspace.findFiles(pattern, null, undefined, source.token);
    return uris
      .map(({ fsPath }) => fsPath)
      .filter((file) => isHidden(glob) || !isHidden(path.relative(base, file)));
  } finally {
    stopListening();
    source.dispose();
  }
}

function isHidden(file: string): boolean {
  return file.split(/[\\/]/).some((name) => name.startsWith('.') || name === 'node_modules');
}
