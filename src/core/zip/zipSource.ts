import { createHash } from 'node:crypto';
import { chmod, mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { toWriteError } from '../errors/fileErrors';
import { fileSource } from '../transfer/source/fileSource';
import type { OpenSource, Source } from '../transfer/source/source';
import { retryWhileBusy } from '../util/fileRetry';
import { processMark } from '../util/processes';
import type { FileTree } from './fileTree';
import { readFileTree } from './readFileTree';
import { zipUri, type ZipRequest } from './zipRequest';
import { ZipWriter } from './zipWriter';

export interface ZipSourceOptions {
  /** Where the temporary file goes. */
  readonly folder: string;
  /** Called with how many bytes of how many have been packed. */
  readonly onPacked?: (packedBytes: number, totalBytes: number) => void;
}

export interface OpenZip extends OpenSource {
  readonly tree: FileTree;
}

/** The selected items as one ZIP: opening packs them into a temporary file, closing removes it. */
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
    const { folder } = this.options;
    await makeFolder(folder);
    const options = { ...this.request, tempFolder: folder };
    const tree = await readFileTree(this.request.paths, options, signal);
    const file = path.join(folder, processMark());
    try {
      const hash = await this.#pack(tree, file, signal);
      const opened = await fileSource(file).open();
      return {
        tree,
        size: opened.size,
        mtimeMs: tree.mtimeMs,
        read: (buffer, position) => opened.read(buffer, position),
        verifyUnchanged: () => opened.verifyUnchanged(),
        fingerprint: () => hash,
        close: async () => {
          await opened.close();
          await removeFile(file);
        },
      };
    } catch (error) {
      await removeFile(file);
      throw error;
    }
  }

  /** @returns the ZIP's SHA-256: after an interruption the upload is only resumed with the same bytes */
  async #pack(tree: FileTree, file: string, signal: AbortSignal | undefined): Promise<string> {
    const hash = createHash('sha256');
    const toFolderError = (error: unknown): never => {
      throw toWriteError(error, this.options.folder);
    };
    const handle = await open(file, 'wx', 0o600).catch(toFolderError);
    let packedBytes = 0;
    try {
      const writer = new ZipWriter({
        signal,
        write: async (bytes) => {
          hash.update(bytes);
          await handle.writeFile(bytes).catch(toFolderError);
        },
        onRead: (bytes) => {
          packedBytes += bytes;
          this.options.onPacked?.(packedBytes, tree.contentBytes);
        },
      });
      await writer.run(tree.entries);
    } finally {
      await handle.close().catch(toFolderError);
    }
    return hash.digest('hex');
  }
}

/** Only its owner may open it, because the temporary files contain what is packed. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // An existing folder may have another mode; some file systems have no modes.
    await chmod(folder, 0o700).catch(() => undefined);
  } catch (error) {
    throw toWriteError(error, folder);
  }
}

/** A file that cannot be removed now is removed after the next start; the upload does not depend on it. */
async function removeFile(file: string): Promise<void> {
  await retryWhileBusy(() => rm(file, { force: true })).catch(() => undefined);
}
