import { CodedError, type ErrorFacts } from '../errors/catalogue';
import type { ResponseHead } from '../http/response';
import { parseHttpDate, parseInstant } from '../util/serverTime';
import { safeServerToken } from '../util/serverText';
import { childText, type XmlElement } from '../util/xml';
import type { ObjectHead, PutResponse } from './types';

/** Reads successful responses of OSS. Throws `response.notUnderstood` for what it cannot read. */
export class ResponseReader {
  constructor(private readonly facts: ErrorFacts) {}

  putResponse(response: ResponseHead, etag = response.header('etag')): PutResponse {
    return {
      etag: this.etag(etag),
      requestId: safeServerToken(response.header('x-oss-request-id')) ?? '',
      crc64: this.crc64(response.header('x-oss-hash-crc64ecma')),
      versionId: response.header('x-oss-version-id'),
    };
  }

  /** @throws CodedError `response.noLength`: a proxy removed the length, and will remove it at each retry */
  contentLength(response: ResponseHead): string {
    const length = response.header('content-length');
    if (length === undefined) {
      throw new CodedError('response.noLength', this.facts);
    }
    return length;
  }

  /** @param size of the whole object, from the headers of the response */
  objectHead(response: ResponseHead, size: string | undefined): ObjectHead {
    return {
      size: this.count(size, 'Content-Length'),
      etag: this.etag(response.header('etag')),
      lastModified: this.#known(parseHttpDate(response.header('last-modified')), 'Last-Modified'),
      requestId: safeServerToken(response.header('x-oss-request-id')) ?? '',
      crc64: this.crc64(response.header('x-oss-hash-crc64ecma')),
    };
  }

  /** Without the quotes that it has in the response. */
  etag(text: string | undefined): string {
    const etag = text?.trim().replace(/^"(.*)"$/, '$1') ?? '';
    return /^[\x21\x23-\x7e]+$/.test(etag) ? etag : this.refuse('ETag');
  }

  /** Decimal, unsigned 64 bits; undefined when the server sends none. */
  crc64(text: string | undefined): bigint | undefined {
    if (text === undefined || text === '') {
      return undefined;
    }
    const crc64 = /^\d{1,20}$/.test(text) ? BigInt(text) : this.refuse('x-oss-hash-crc64ecma');
    return crc64 < 1n << 64n ? crc64 : this.refuse('x-oss-hash-crc64ecma');
  }

  /** A whole number, 0 or more. */
  count(text: string | undefined, name: string): number {
    const number = text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    return Number.isSafeInteger(number) ? number : this.refuse(name);
  }

  /** An ISO 8601 instant as ms since 1970. */
  instant(text: string | undefined, name: string): number {
    return this.#known(parseInstant(text), name);
  }

  /** @param detail the name of the field that is missing or malformed */
  refuse(detail: string): never {
    throw new CodedError('response.notUnderstood', { ...this.facts, detail });
  }

  /** Refuses a document of another kind. */
  expectRoot(root: XmlElement, name: string): void {
    if (root.name !== name) {
      this.refuse(name);
    }
  }

  /** The text of a child that must exist. */
  text(element: XmlElement, name: string): string {
    const text = childText(element, name);
    return text === undefined || text === '' ? this.refuse(name) : text;
  }

  #known(ms: number, name: string): number {
    return Number.isNaN(ms) ? this.refuse(name) : ms;
  }
}
