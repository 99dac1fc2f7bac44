import type { Source } from '../transfer/source';
import { takeContents, type Contents } from './contents';
import { inLanes } from './lanes';
import { layOut } from './layout';
import { OpenZip } from './openZip';
import { Spool } from './spool';
import { readTree, type TreeFile } from './tree';
import { zipUri, type ZipRequest } from './zipRequest';

export interface ZipSourceOptions {
  /** Where the temporary file goes when there must be one. */
  readonly folder: string;
  /** How much compressed data is kept in memory before there must be one, bytes. Default 8 MiB. */
  readonly heldBytes?: number;
  /** Told how many bytes of how many have been packed. */
  readonly onPacked?: (packedBytes: number, totalBytes: number) => void;
}

/** Files that are packed at once: libuv has four threads, and compressing keeps each busy. */
const lanes = 4;

/**
 * A folder, or several things, as one ZIP that a transfer can read from any position.
 *
 * Opening reads each file once, for the checksum that stands before it in the ZIP. What gets notably smaller is
 * compressed in that pass, because its size cannot be known beforehand: classes and text shrink to a third or less,
 * which saves more time on the way than it costs. It is kept in memory up to 8 MiB and else in a temporary file. What
 * is compressed already, as JARs are, is read from its place when it is sent, and needs neither.
 */
export class ZipSource implements Source {
  readonly uri: string;
  readonly name: string;

  constructor(
    private readonly request: ZipRequest,
    private readonly options: ZipSourceOptions,
  ) {
    this.uri = zipUri(request);
    this.name = request.name;
  }

  /**
   * @throws CodedError `source.*` naming the file that it is about; `disk.full`, `disk.notWritable` naming the
   * folder of the temporary file
   */
  async open(signal?: AbortSignal): Promise<OpenZip> {
    // Listed before the temporary file is made, which might lie in the tree.
    const tree = await readTree(this.request.paths, this.request, signal);
    const files = tree.entries.filter((entry) => entry.kind === 'file');
    const spool = this.request.compress
      ? new Spool(this.options.folder, this.options.heldBytes)
      : undefined;
    const contents = new Map<TreeFile, Contents>();
    let packedBytes = 0;
    try {
      await inLanes(files, lanes, async (file) => {
        signal?.throwIfAborted();
        const taken = await takeContents(file, {
          ...(spool && { spool }),
          ...(signal && { signal }),
          onRead: (bytes) => {
            packedBytes += bytes;
            this.options.onPacked?.(packedBytes, tree.contentBytes);
          },
        });
        contents.set(file, taken);
      });
      signal?.throwIfAborted();
      return new OpenZip(tree, await layOut(tree.entries, contents), spool);
    } catch (error) {
      await spool?.close();
      throw error;
    }
  }
}
