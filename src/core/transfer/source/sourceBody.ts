import { CodedError } from '../../errors/catalogue';
import type { HttpBody } from '../../http/types';
import type { Crc64 } from '../../oss/crc64';
import { bufferBytes, type RequestSlot } from '../schedule/slots';
import type { InFlightBytes } from '../progress';
import type { OpenSource, Range } from './source';

/**
 * A range of a source as a request body: one buffer is filled while the other is being sent, and the CRC-64 is computed
 * from exactly the bytes that are sent.
 */
export class SourceBody implements HttpBody {
  readonly length: number;
  /** CRC-64 of the last attempt; undefined before all of it has been read. */
  crc64: bigint | undefined;

  /** @param beforeLast called when everything has been read, before the last bytes are sent; throws to withhold them */
  constructor(
    private readonly source: OpenSource,
    private readonly range: Range,
    private readonly slot: RequestSlot,
    private readonly inFlight: InFlightBytes,
    private readonly beforeLast?: () => Promise<void>,
  ) {
    this.length = range.length;
  }

  async *slices(): AsyncGenerator<Uint8Array> {
    const release = await this.slot.acquireBuffers();
    try {
      this.crc64 = undefined;
      this.inFlight.reset();
      yield* this.#chunks(await this.slot.crc64());
    } finally {
      release();
    }
  }

  async *#chunks(crc64: Crc64): AsyncGenerator<Uint8Array> {
    crc64.reset();
    let index: 0 | 1 = 0;
    let next = this.#read(0, index);
    try {
      for (let done = 0; done < this.length;) {
        const bytes = await next;
        done += bytes.length;
        index = index === 0 ? 1 : 0;
        next = this.#read(done, index);
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
      // After an early exit, no read may still write into a buffer that the next request uses.
      await next.catch(() => undefined);
    }
  }

  onSent(bytes: number): void {
    this.inFlight.sent(bytes);
  }

  /** Reads ahead. A failure is reported where the result is awaited, which does not happen when the request ends earlier. */
  #read(done: number, index: 0 | 1): Promise<Uint8Array> {
    const reading = this.#fill(done, index);
    reading.catch(() => undefined);
    return reading;
  }

  async #fill(done: number, index: 0 | 1): Promise<Uint8Array> {
    const length = Math.min(bufferBytes, this.length - done);
    if (length === 0) {
      return noBytes;
    }
    const bytes = this.slot.buffer(index).subarray(0, length);
    const bytesRead = await this.source.read(bytes, this.range.start + done);
    if (bytesRead < length) {
      await this.source.verifyUnchanged();
      throw new CodedError('source.changed');
    }
    return bytes;
  }
}

const noBytes = new Uint8Array(0);
