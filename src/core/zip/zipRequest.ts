import path from 'node:path';
import { isString, listOf, shapeOf } from '../util/shape';

/** What is packed, and how. Equal requests over equal trees give equal bytes. */
export interface ZipRequest {
  /** Absolute paths of what was selected: one folder gives its contents, several things give each under its name. */
  readonly paths: readonly string[];
  /** Name of the package, with its extension. */
  readonly name: string;
  /** Patterns as in a `.gitignore`. */
  readonly excludes: readonly string[];
  /** Symbolic links are kept as links, or left out. They are never followed. */
  readonly links: 'keep' | 'skip';
}

const scheme = 'zip:';

/** The request as a URI, which a checkpoint can store. */
export function zipUri({ paths, name, excludes, links }: ZipRequest): string {
  return scheme + encodeURIComponent(JSON.stringify({ paths, name, excludes, links }));
}

/** Reads a URI of `zipUri`; undefined for any other text. */
export function parseZipUri(uri: string): ZipRequest | undefined {
  if (!uri.startsWith(scheme)) {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(decodeURIComponent(uri.slice(scheme.length)));
    return isZipRequest(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The default name of the package: that of the one folder or file, else of the folder that contains the first. */
export function zipName(paths: readonly string[]): string {
  const [first = ''] = paths;
  const named = paths.length === 1 ? first : path.dirname(first);
  return `${path.basename(named) || 'package'}.zip`;
}

const isZipRequest = shapeOf<ZipRequest>({
  paths: listOf(isString),
  name: isString,
  excludes: listOf(isString),
  links: (value) => value === 'keep' || value === 'skip',
});
