import { setMaxListeners } from 'node:events';
import path from 'node:path';
import type { PackageLocation } from '../../credential/packageLocation';
import { abortError } from '../../util/abort';
import { realTiming, type Timing } from '../../util/timing';
import { DownloadJob, type DownloadDeps, type DownloadOptions } from './downloadJob';
import { freeDiskSpace, PartialDownload, type FreeSpace } from './partialDownload';
import { recordTemporaryFile } from './downloadRecords';

export type { DownloadOptions, DownloadProgress } from './downloadJob';

export interface DownloadRequest {
  /** Object key, the package prefix included. */
  readonly key: string;
  /** Where the object is. A credential that points elsewhere is refused: another object may have the same key. */
  readonly location: PackageLocation;
  /** Absolute path of the finished file. */
  readonly file: string;
  /** False: the download fails with `disk.fileExists` when the file exists. */
  readonly overwrite: boolean;
}

/** The downloaded file. */
export interface DownloadResult {
  readonly file: string;
  /** Bytes. */
  readonly size: number;
  readonly etag: string;
  /** True when OSS computed the same CRC-64; false when it reported none. */
  readonly verified: boolean;
  readonly requestId: string;
}

export interface DownloaderOptions extends Omit<DownloadDeps, 'timing'> {
  /** Folder for the records of temporary files. */
  readonly recordFolder: string;
  readonly timing?: Timing;
  readonly freeSpace?: FreeSpace;
}

/** Downloads objects into files. */
export class Downloader {
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  constructor(private readonly options: DownloaderOptions) {
    setMaxListeners(0, this.#stopping.signal);
  }

  /**
   * The bytes go to a temporary file beside the target, which gets the target's name when it is complete and has the
   * CRC-64 of the object. When a connection breaks, the next one continues there, if the object is still the same.
   *
   * @throws CodedError `disk.*`, `object.*`, `oss.*`, `network.*`, `transfer.locationChanged`; an `AbortError`
   */
  async download(request: DownloadRequest, options: DownloadOptions): Promise<DownloadResult> {
    const signal = AbortSignal.any([options.signal, this.#stopping.signal]);
    if (signal.aborted) {
      throw abortError();
    }
    const running = this.#download(request, { ...options, signal });
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Cancels all downloads. Resolves when their temporary files are removed. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.allSettled(this.#running);
  }

  async #download(request: DownloadRequest, options: DownloadOptions): Promise<DownloadResult> {
    const { freeSpace = freeDiskSpace, timing = realTiming, recordFolder, ...deps } = this.options;
    const { key, location, file: target, overwrite } = request;
    const reserved = await recordTemporaryFile(recordFolder, path.dirname(target), deps.log);
    try {
      const temporary = reserved.path;
      const file = await PartialDownload.create({ target, temporary, overwrite, freeSpace });
      try {
        const head = await new DownloadJob({ ...deps, timing }, key, location, file, options).run();
        await file.finish();
        const { size, etag, requestId, crc64 } = head;
        return { file: target, size, etag, requestId, verified: crc64 !== undefined };
      } catch (error) {
        await file.discard();
        throw error;
      }
    } finally {
      await reserved.release();
    }
  }
}
