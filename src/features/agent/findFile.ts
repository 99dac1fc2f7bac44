import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { CodedError, hasCode } from '../../core/errors/catalogue';
import { toReadError } from '../../core/errors/fileErrors';

/** A file that a call names. */
export interface NamedFile {
  /** As it was named, absolute: names and settings go by it. */
  readonly named: string;
  /** With all links resolved: what is read. */
  readonly path: string;
  readonly isInWorkspace: boolean;
  /** Bytes. */
  readonly size: number;
  /** ms since 1970. */
  readonly mtimeMs: number;
}

/**
 * Finds a file by an absolute path, or by one relative to a folder of the workspace: the first folder that has it.
 * @param folders absolute paths
 * @throws CodedError `source.notFound`, `source.notAFile`, `source.notReadable`
 */
export async function findFile(file: string, folders: readonly string[]): Promise<NamedFile> {
  const candidates = path.isAbsolute(file)
    ? [file]
    : folders.map((folder) => path.join(folder, file));
  for (const named of candidates) {
    const found = await lookAt(named, folders);
    if (found !== undefined) {
      return found;
    }
  }
  throw new CodedError('source.notFound', { subject: file });
}

async function lookAt(named: string, folders: readonly string[]): Promise<NamedFile | undefined> {
  try {
    const real = await realpath(named);
    const stats = await stat(real);
    if (!stats.isFile()) {
      throw new CodedError('source.notAFile', { subject: named });
    }
    // A folder that cannot be read, such as one that was removed, contains no file.
    const roots = await Promise.allSettled(folders.map((folder) => realpath(folder)));
    return {
      named: path.normalize(named),
      path: real,
      isInWorkspace: roots.some(
        (root) => root.status === 'fulfilled' && isInside(root.value, real),
      ),
      size: stats.size,
      mtimeMs: stats.mtimeMs,
    };
  } catch (error) {
    const known = toReadError(error, named);
    if (hasCode(known, 'source.notFound')) {
      return undefined;
    }
    throw known;
  }
}

function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
