import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { namesIgnoreCase } from '../../core/util/filePaths';
import type { FoundFile } from './artifacts';
import { parseGlob, type GlobSegment } from './glob';

export interface FindOptions {
  readonly signal?: AbortSignal;
  /** How many folders deep `**` looks at most. Default 16. */
  readonly depth?: number;
}

/** What `**` does not look into: nothing that a build makes to be shipped lies there. */
const skipped: ReadonlySet<string> = new Set(['node_modules']);

/**
 * Files that a pattern names. `**` enters neither linked nor hidden folders. `workspace.findFiles` does not serve:
 * whether it leaves the workspace through a link, and whether it finds a file behind one, depends on the setting
 * search.followSymlinks; it does not know `..`, `./` and the `[[]` that stands for a bracket; it enters hidden folders
 * and node_modules.
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
  const { root, relative } = split(folder, pattern);
  const search = new Search(signal);
  await search.visit(root, parseGlob(relative, namesIgnoreCase()), depth);
  return [...search.found.values()];
}

/** What is left of a pattern below the folder that was reached. */
type Rest = readonly GlobSegment[];

/** Looks into each folder once, for all that may still match there. */
class Search {
  readonly found = new Map<string, FoundFile>();

  constructor(private readonly signal: AbortSignal | undefined) {}

  async visit(folder: string, patterns: readonly Rest[], depth: number): Promise<void> {
    this.signal?.throwIfAborted();
    const here = withoutAny(patterns);
    for (const [name, rests] of await this.#children(folder, here, depth)) {
      const child = path.join(folder, name);
      if (rests.some((rest) => rest.length === 0)) {
        await this.#add(child);
      }
      const further = rests.filter((rest) => rest.length > 0);
      if (further.length > 0) {
        await this.visit(child, further, depth - 1);
      }
    }
  }

  /** The names that go on, each with what is left of the patterns behind it. */
  async #children(
    folder: string,
    patterns: readonly Rest[],
    depth: number,
  ): Promise<ReadonlyMap<string, readonly Rest[]>> {
    const rests = new Map<string, Set<Rest>>();
    const goOn = (name: string, rest: Rest): void => {
      rests.set(name, (rests.get(name) ?? new Set<Rest>()).add(rest));
    };
    // A name needs no list, and it may be `..`.
    const isListed = patterns.some(([segment]) => segment !== undefined && segment.kind !== 'name');
    const entries = isListed ? await list(folder) : [];
    for (const pattern of patterns) {
      const [segment, ...rest] = pattern;
      if (segment?.kind === 'name') {
        goOn(segment.name, rest);
      }
      for (const entry of entries) {
        if (segment?.kind === 'pattern' && segment.matches(entry.name)) {
          goOn(entry.name, rest);
        } else if (segment?.kind === 'any' && !entry.name.startsWith('.')) {
          if (!entry.isDirectory() && rest.length === 0) {
            goOn(entry.name, rest);
          } else if (entry.isDirectory() && depth > 0 && !skipped.has(entry.name)) {
            goOn(entry.name, pattern);
          }
        }
      }
    }
    return new Map([...rests].map(([name, set]) => [name, [...set]]));
  }

  async #add(file: string): Promise<void> {
    const stats = await stat(file).catch(() => undefined);
    if (stats?.isFile() === true) {
      this.found.set(file, { path: file, mtimeMs: stats.mtimeMs });
    }
  }
}

/** `**` stands for no folder, too. */
function withoutAny(patterns: readonly Rest[]): readonly Rest[] {
  const all = new Set(patterns);
  for (const [segment, ...rest] of all) {
    if (segment?.kind === 'any' && rest.length > 0) {
      all.add(rest);
    }
  }
  return [...all];
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

/** What is not there, is no folder, or may not be read has nothing that matches. */
async function list(folder: string): Promise<readonly Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch(() => []);
}
