import { createHash, type Hash } from 'node:crypto';

/** A stretch of a file. Equal digests mean equal bytes. */
export interface Chunk {
  /** Bytes, 1 or more. */
  readonly length: number;
  /** The first 128 bits of the SHA-256 of its bytes, in base64. */
  readonly digest: string;
}

const smallestAverage = 16 * 1024;
/** So that the index of a large file stays small. */
const maxChunks = 16_384;
/** How many bytes before a position decide whether a chunk ends there. */
const windowBytes = 32;

/** The average length of the chunks of a file of this size, bytes: a power of two, 16 KiB or more. */
export function averageChunkBytes(fileBytes: number): number {
  let average = smallestAverage;
  while (fileBytes / average > maxChunks) {
    average *= 2;
  }
  return average;
}

/**
 * Cuts a file into chunks where its contents say so: after an insertion or a deletion the cuts are soon the same again,
 * so that unchanged stretches are recognized at other offsets. A gear hash over the last 32 bytes decides (Xia et al.,
 * "FastCDC", USENIX ATC 2016); a chunk is a quarter to four times the average long, only the last may be shorter.
 */
export class ChunkCutter {
  readonly chunks: Chunk[] = [];
  readonly #min: number;
  readonly #max: number;
  /** The topmost bits of the hash depend on the whole window, the lowest on the last byte only. */
  readonly #shift: number;
  #hash: Hash = createHash('sha256');
  #gear = 0;
  #length = 0;

  /** @param averageBytes a power of two, 1 KiB to 1 GiB; chunks can only be compared when it is the same */
  constructor(averageBytes: number) {
    this.#min = averageBytes / 4;
    this.#max = averageBytes * 4;
    this.#shift = 32 - Math.log2(averageBytes);
  }

  /** Takes the next bytes of the file. */
  update(bytes: Uint8Array): void {
    let start = 0;
    while (start < bytes.length) {
      const end = this.#findEnd(bytes, start);
      this.#hash.update(bytes.subarray(start, Math.abs(end)));
      this.#length += Math.abs(end) - start;
      if (end > 0) {
        this.#cut();
      }
      start = Math.abs(end);
    }
  }

  finish(): readonly Chunk[] {
    if (this.#length > 0) {
      this.#cut();
    }
    return this.chunks;
  }

  /** @returns where the chunk ends in these bytes; if it does not, their length, negative */
  #findEnd(bytes: Uint8Array, start: number): number {
    const firstCut = start + this.#min - this.#length;
    const last = Math.min(bytes.length, start + this.#max - this.#length);
    const shift = this.#shift;
    let gear = this.#gear;
    let index = Math.max(start, firstCut - windowBytes);
    for (const warm = Math.min(last, firstCut); index < warm; index += 1) {
      gear = ((gear << 1) + (gears[bytes[index] ?? 0] ?? 0)) | 0;
    }
    while (index < last) {
      gear = ((gear << 1) + (gears[bytes[index] ?? 0] ?? 0)) | 0;
      index += 1;
      if (gear >>> shift === 0) {
        return index;
      }
    }
    this.#gear = gear;
    return last - start + this.#length === this.#max ? last : -last;
  }

  #cut(): void {
    const digest = this.#hash.digest().toString('base64', 0, 16);
    this.chunks.push({ length: this.#length, digest });
    this.#hash = createHash('sha256');
    this.#gear = 0;
    this.#length = 0;
  }
}

/** One pseudo-random number per byte value. Must never change: another table would give other chunks. */
const gears = makeGears();

function makeGears(): Int32Array {
  const table = new Int32Array(256);
  for (let byte = 0; byte < table.length; byte += 1) {
    table[byte] = createHash('sha256').update(`gear ${byte}`).digest().readInt32LE(0);
  }
  return table;
}
