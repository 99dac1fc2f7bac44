import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { FoundFile } from './artifacts';
import { parseGlob, type GlobSegment } from './glob';

export interface FindOptions {
  readonly signal?: AbortSignal;
  /** How many folders deep `**` looks at most. Default 16. */
  readonly depth?: number;
}

/** What `**` does not look into: nothing that a build makes to be shipped lies there. */
const skipped: ReadonlySet<string> = new Set(['node_modules']);

/** As disks of these systems usually are. */
const ignoresCase = process.platform === 'win32' || process.platform === 'darwin';

/**
 * Files that a pattern names. VS Code's own search is not asked: it leaves out what Git ignores or the settings hide,
 * which is just what a build makes. `**` does not follow links to folders, nor looks into hidden ones.
 *
 * @param folder absolute; where a relative pattern begins
 * @param pattern see `parseGlob`; may be an absolute path
 * @returns absolute paths, each once, in no particular order
 * @throws AbortError by the signal
 */
export async function findFiles(
  folder: string,
  pattern: string,
  { signal, depth = 16 }: FindOptions = {},
): Promise<readonly FoundFile[]> {
  const found = new Map<string, FoundFile>();
  const visit = async (
    at: string,
    [segment, ...rest]: readonly GlobSegment[],
    depthLeft: number,
  ): Promise<void> => {
    signal?.throwIfAborted();
    if (segment === undefined) {
      return;
    }
    const isLast = rest.length === 0;
    if (segment.kind === 'name') {
      const named = path.join(at, segment.name);
      await (isLast ? add(named) : visit(named, rest, depthLeft));
      return;
    }
    if (segment.kind === 'any') {
      await visit(at, rest, depthLeft);
    }
    for (const entry of await list(at)) {
      const child = path.join(at, entry.name);
      if (segment.kind === 'any') {
        if (entry.isDirectory() && depthLeft > 0 && isLookedInto(entry.name)) {
          await visit(child, [segment, ...rest], depthLeft - 1);
        } else if (isLast && !entry.isDirectory() && !entry.name.startsWith('.')) {
          await add(child);
        }
      } else if (segment.matches(entry.name)) {
        await (isLast ? add(child) : visit(child, rest, depthLeft));
      }
    }
  };
  const add = async (file: string): Promise<void> => {
    const stats = await stat(file).catch(() => undefined);
    if (stats?.isFile() === true) {
      found.set(file, { path: file, mtimeMs: stats.mtimeMs });
    }
  };
  const { root, relative } = split(folder, pattern);
  for (const segments of parseGlob(relative, ignoresCase)) {
    await visit(root, segments, depth);
  }
  return [...found.values()];
}

/** The folder's own name may hold characters that mean something in a pattern, so it is taken off first. */
function split(folder: string, pattern: string): { root: string; relative: string } {
  const slashed = path.sep === '\\' ? pattern.replaceAll('\\', '/') : pattern;
  const top = folder.split(path.sep).join('/').replace(/\/$/, '');
  if (slashed.startsWith(`${top}/`)) {
    return { root: folder, relative: slashed.slice(top.length + 1) };
  }
  if (!path.isAbsolute(pattern)) {
    return { root: folder, relative: slashed };
  }
  const { root } = path.parse(pattern);
  return { root, relative: slashed.slice(root.length) };
}

function isLookedInto(name: string): boolean {
  return !name.startsWith('.') && !skipped.has(name);
}

/** What is not there, is no folder, or may not be read has nothing that matches. */
async function list(folder: string): Promise<readonly Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch(() => []);
}
