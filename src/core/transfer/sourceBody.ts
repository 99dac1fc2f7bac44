import { CodedError } from '../errors/catalogue';
import type { HttpBody } from '../http/types';
import type { Crc64 } from '../oss/crc64';
import { blockBytes, type RequestSlot } from './lanes';
import type { InFlightBytes } from './progress';
import type { OpenSource, Range } from './source';

/**
 * A range of a source as the body of a request: read block by block while the block before is being sent, and its
 * CRC-64 counted on the way, from exactly the bytes that go out.
 */
export class SourceBody implements HttpBody {
  readonly length: number;
  /** Of the last attempt, once its last block was made. */
  crc64: bigint | undefined;

  /** @param beforeLast called when all is read and the last block has not gone out; throws to keep it back */
  constructor(
    private readonly source: OpenSource,
    private readonly range: Range,
    private readonly lane: RequestSlot,
    private readonly flight: InFlightBytes,
    private readonly beforeLast?: () => Promise<void>,
  ) {
    this.length = range.length;
  }

  async *slices(): AsyncGenerator<Uint8Array> {
    const release = await this.lane.acquireBuffers();
    try {
      this.crc64 = undefined;
      this.flight.lost();
      yield* this.#blocks(await this.lane.crc64());
    } finally {
      release();
    }
  }

  async *#blocks(crc64: Crc64): AsyncGenerator<Uint8Array> {
    crc64.reset();
    const [block, otherBlock] = this.lane.blocks;
    let next = this.#read(0, block, otherBlock);
    try {
      for (let done = 0; done < this.length;) {
        const { bytes, block: used, other } = await next;
        done += bytes.length;
        next = this.#read(done, other, used);
        crc64.update(bytes);
        if (done === this.length) {
          await this.beforeLast?.();
          this.crc64 = crc64.digest();
        }
        yield bytes;
      }
      if (this.length === 0) {
        this.crc64 = crc64.digest();
      }
    } finally {
      // Left early: no read may still write into a block that the next request uses.
      await next.catch(() => undefined);
    }
  }

  onSent(bytes: number): void {
    this.flight.sent(bytes);
  }

  /** Reads ahead. The failure is seen by whoever awaits it; nobody does when the request ends before. */
  #read(done: number, block: Buffer, other: Buffer): Promise<ReadBlock> {
    const reading = this.#fill(done, block, other);
    reading.catch(() => undefined);
    return reading;
  }

  async #fill(done: number, block: Buffer, other: Buffer): Promise<ReadBlock> {
    const bytes = block.subarray(0, Math.min(blockBytes, this.length - done));
    if (bytes.length > 0) {
      const given = await this.source.read(bytes, this.range.start + done);
      if (given < bytes.length) {
        await this.source.verifyUnchanged();
        throw new CodedError('source.changed');
      }
    }
    return { bytes, block, other };
  }
}

interface ReadBlock {
  readonly bytes: Buffer;
  readonly block: Buffer;
  readonly other: Buffer;
}
