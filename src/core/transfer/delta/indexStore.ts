import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { PackageLocation } from '../../credential/packageLocation';
import { writeFileAtomic } from '../../util/atomicFile';
import { errnoOf } from '../../errors/fileErrors';
import { isCount, isText, listOf, shapeOf } from '../../util/shape';
import type { Chunk } from './chunks';

/** The chunks of an object that was uploaded and verified. Contains neither a secret nor any content. */
export interface ChunkIndex extends PackageLocation {
  readonly key: string;
  readonly etag: string;
  /** Average length with which it was cut, bytes. */
  readonly averageBytes: number;
  readonly chunks: readonly Chunk[];
}

/** Increment it when chunks are cut or stored differently. Indexes of other versions are not read. */
const version = 1;
const maxIndexes = 50;
const suffix = '.json';

/** The chunk indexes on disk, one file each, in a folder that all windows share. */
export class ChunkIndexStore {
  constructor(private readonly folder: string) {}

  /**
   * The index of a key, and the newest one of another key of its family below the same package prefix, in this order.
   * What is missing, damaged or of another version is left out.
   */
  async find(location: PackageLocation, key: string): Promise<readonly ChunkIndex[]> {
    const own = fileName(location, key);
    const siblings = (await this.#names()).filter(
      (name) => name.startsWith(`${familyName(location, key)}-`) && name !== own,
    );
    const [newest] = await this.#newestFirst(siblings);
    const found = [own, ...(newest === undefined ? [] : [newest])];
    const indexes = await Promise.all(found.map((name) => this.#read(name)));
    return indexes.filter((index) => index !== undefined);
  }

  /** Replaces the index of the same key, and removes the oldest indexes beyond the limit. */
  async save({ chunks, ...index }: ChunkIndex): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const stored = { version, ...index, chunks: chunks.map((each) => [each.length, each.digest]) };
    await writeFileAtomic(this.#file(fileName(index, index.key)), JSON.stringify(stored));
    const names = await this.#newestFirst(await this.#names());
    await Promise.all(names.slice(maxIndexes).map((name) => rm(this.#file(name), { force: true })));
  }

  /** Removes an index whose object can no longer be copied from. */
  async remove(location: PackageLocation, key: string): Promise<void> {
    await rm(this.#file(fileName(location, key)), { force: true });
  }

  async #read(name: string): Promise<ChunkIndex | undefined> {
    try {
      const value: unknown = JSON.parse(await readFile(this.#file(name), 'utf8'));
      return isStored(value) &&
        value.key.startsWith(`${value.keyPrefix}/`) &&
        fileName(value, value.key) === name
        ? { ...value, chunks: value.chunks.map(([length, digest]) => ({ length, digest })) }
        : undefined;
    } catch {
      return undefined;
    }
  }

  async #newestFirst(names: readonly string[]): Promise<readonly string[]> {
    const dated = await Promise.all(
      names.map(async (name) => ({ name, time: await this.#timeOf(name) })),
    );
    return dated.toSorted((a, b) => b.time - a.time).map(({ name }) => name);
  }

  /** 0 for a file that another window has just removed. */
  async #timeOf(name: string): Promise<number> {
    try {
      return (await stat(this.#file(name))).mtimeMs;
    } catch {
      return 0;
    }
  }

  /** Without those that are being written, which have other suffixes. */
  async #names(): Promise<readonly string[]> {
    try {
      return (await readdir(this.folder)).filter((name) => name.endsWith(suffix));
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') {
        return [];
      }
      throw error;
    }
  }

  #file(name: string): string {
    return path.join(this.folder, name);
  }
}

function fileName(location: PackageLocation, key: string): string {
  return `${familyName(location, key)}-${hash(key)}${suffix}`;
}

/** The same for keys that differ only in versions, dates or commits, such as `app-1.0.0.jar` and `app-1.0.1.jar`. */
export function familyName({ bucket, keyPrefix }: PackageLocation, key: string): string {
  const name = key
    .slice(keyPrefix.length)
    .replace(/[\p{L}\p{N}]+/gu, (word) => (/\d/.test(word) ? '#' : word))
    .replace(/#(?:[._+-]#)+/g, '#');
  return hash(JSON.stringify([bucket, keyPrefix, name]));
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

interface StoredIndex extends Omit<ChunkIndex, 'chunks'> {
  readonly version: typeof version;
  readonly chunks: readonly (readonly [number, string])[];
}

const isStored = shapeOf<StoredIndex>({
  version: (value) => value === version,
  bucket: isText,
  keyPrefix: isText,
  key: isText,
  etag: isText,
  averageBytes: (value) =>
    isCount(value) && value >= 1024 && value <= 2 ** 30 && Number.isInteger(Math.log2(value)),
  chunks: listOf(
    (value) =>
      Array.isArray(value) &&
      value.length === 2 &&
      isCount(value[0]) &&
      value[0] !== 0 &&
      typeof value[1] === 'string' &&
      /^[\w+/]{22}==$/.test(value[1]),
  ),
});
