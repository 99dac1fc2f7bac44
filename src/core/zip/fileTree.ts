/** A file as it was when the tree was read; whoever reads it later compares. */
export interface FileTreeFile {
  readonly kind: 'file';
  /** Relative, with `/` between names, in the package. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** ms since 1970. */
  readonly mtimeMs: number;
  /** Tells it from another file at the same path. */
  readonly fileId: string;
  readonly isExecutable: boolean;
  /** A person has selected it itself, so it may be a link. */
  readonly isSelected: boolean;
}

export interface FileTreeFolder {
  readonly kind: 'folder';
  /** As for a file, without a slash at the end. */
  readonly name: string;
}

export interface FileTreeLink {
  readonly kind: 'link';
  readonly name: string;
  /** Where it leads, as the link says it, with `/` between names. Bytes, because they need not be UTF-8. */
  readonly target: Buffer;
}

export type FileTreeEntry = FileTreeFile | FileTreeFolder | FileTreeLink;

export interface FileTree {
  /** Sorted by the bytes of their names, the same on every system. */
  readonly entries: readonly FileTreeEntry[];
  /** Sum of the files' sizes, bytes. */
  readonly contentBytes: number;
  /** When the youngest file was changed, ms since 1970. */
  readonly mtimeMs: number;
  /** Paths of what cannot be packed (sockets, devices), of our temporary files, and of links that were not wanted. */
  readonly leftOut: readonly string[];
}

/** The name as the ZIP has it: a folder's ends with a slash. */
export function entryName(entry: FileTreeEntry): string {
  return entry.kind === 'folder' ? `${entry.name}/` : entry.name;
}
