/** The bytes of an upload. Opened once per transfer. */
export interface Source {
  /** Identifies the source across windows; stored in the checkpoint. */
  readonly uri: string;
  /** File name, for people. */
  readonly name: string;
  /** @throws CodedError `source.notFound`, `source.notAFile`, `source.notReadable`, `source.tooLarge` */
  open(signal?: AbortSignal): Promise<OpenSource>;
}

/** A range of a source. */
export interface Range {
  readonly start: number;
  /** Bytes. */
  readonly length: number;
}

/** Random access for several readers at the same time; any range can be read again. */
export interface OpenSource {
  /** Size when it was opened, bytes. */
  readonly size: number;
  /** Modification time when it was opened, ms since 1970. */
  readonly mtimeMs: number;
  /** @returns the number of bytes read: the length of the buffer, less only at the end of the source */
  read(buffer: Uint8Array, position: number): Promise<number>;
  /** @throws CodedError `source.changed` when size or time are no longer those of the opening */
  verifyUnchanged(): Promise<void>;
  /** A fingerprint of the whole content, for sources that know one. */
  fingerprint?(): string;
  close(): Promise<void>;
}
