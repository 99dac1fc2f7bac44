/** A file as it was when the tree was read; compare when it is read later. */
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
  /** Distinguishes it from another file at the same path. */
  readonly fileId: string;
  readonly isExecutable: boolean;
  /** The person has selected the file itself, so it may be a link. */
  readonly isSelected: boolean;
}

export type FileTreeEntry =
  | FileTreeFile
  /** Its name has no slash at the end. */
  | { readonly kind: 'folder'; readonly name: string }
  | {
      readonly kind: 'link';
      readonly name: string;
      /** The target as stored in the link, with `/` between names. Bytes, because it need not be UTF-8. */
      readonly target: Buffer;
    };

export interface FileTree {
  /** Sorted by the bytes of their names, the same on every system. */
  readonly entries: readonly FileTreeEntry[];
  /** Sum of the files' sizes, bytes. */
  readonly contentBytes: number;
  /** When the most recent file was changed, ms since 1970. */
  readonly mtimeMs: number;
  /** Paths of what is not packed: sockets, devices, our temporary files, and links if they are to be skipped. */
  readonly leftOut: readonly string[];
}

/** The name in the ZIP: that of a folder ends with a slash. */
export function entryName(entry: FileTreeEntry): string {
  return entry.kind === 'folder' ? `${entry.name}/` : entry.name;
}
