import { createHash } from 'node:crypto';
import { CodedError } from '../../../../../src/core/errors/catalogue';
import { abortError } from '../../../../../src/core/util/abort';
import type { HttpBody } from '../../../../../src/core/http/types';
import type {
  CompleteRequest,
  ObjectHead,
  OssTarget,
  PartCopyRequest,
  PartCopyResponse,
  PartRequest,
  PutResponse,
  PutRequest,
  ListedPart,
  MultipartRef,
} from '../../../../../src/core/oss/client';
import { createCrc64 } from '../../../../../src/core/oss/crc64';
import type { TransferOss } from '../../../../../src/core/transfer/upload/uploadTarget';

export type Operation =
  | 'put'
  | 'head'
  | 'delete'
  | 'initiate'
  | 'part'
  | 'copy'
  | 'complete'
  | 'abort'
  | 'list';

/** One recorded request. */
export interface Call {
  readonly operation: Operation;
  readonly target: OssTarget;
  readonly partNumber?: number;
  readonly forbidOverwrite?: boolean;
  readonly contentType?: string;
  readonly bytes?: number;
}

/** Injects failures: an error from `before` replaces the operation, one from `after` replaces only its response. */
export interface Script {
  before?(call: Call, nth: number): void | Promise<void>;
  after?(call: Call, nth: number): void | Promise<void>;
  /** Changes the response to stored bytes. */
  response?(call: Call, response: PutResponse): PutResponse;
}

export async function crc64Of(bytes: Uint8Array): Promise<bigint> {
  const crc64 = await createCrc64();
  crc64.update(bytes);
  return crc64.digest();
}

/** An in-memory OSS with the operations that transfers use. */
export class FakeOss implements TransferOss {
  readonly objects = new Map<string, Buffer>();
  readonly uploads = new Map<string, Map<number, Buffer>>();
  readonly calls: Call[] = [];
  script: Script = {};
  #uploadCount = 0;

  count(operation: Operation): number {
    return this.calls.filter((call) => call.operation === operation).length;
  }

  putObject(target: OssTarget, request: PutRequest, signal?: AbortSignal): Promise<PutResponse> {
    const { key, forbidOverwrite, contentType } = request;
    const details = { forbidOverwrite, ...(contentType !== undefined && { contentType }) };
    return this.#receive(
      { operation: 'put', target, ...details },
      request.body,
      signal,
      (bytes) => {
        this.#rejectExisting(key, forbidOverwrite);
        this.objects.set(key, bytes);
      },
    );
  }

  uploadPart(target: OssTarget, request: PartRequest, signal?: AbortSignal): Promise<PutResponse> {
    const { partNumber, uploadId, body } = request;
    return this.#receive({ operation: 'part', target, partNumber }, body, signal, (bytes) => {
      this.#upload(uploadId).set(partNumber, bytes);
    });
  }

  uploadPartCopy(target: OssTarget, request: PartCopyRequest): Promise<PartCopyResponse> {
    const { uploadId, partNumber, sourceKey, sourceEtag, start, length } = request;
    return this.#run({ operation: 'copy', target, partNumber }, () => {
      const source = this.objects.get(sourceKey);
      if (source === undefined) {
        throw new CodedError('oss.noSuchKey', { subject: sourceKey });
      }
      if (etagOf(source) !== sourceEtag) {
        throw new CodedError('oss.preconditionFailed', { subject: sourceKey });
      }
      const bytes = source.subarray(start, start + length);
      this.#upload(uploadId).set(partNumber, bytes);
      return { etag: etagOf(bytes), requestId: 'copy' };
    });
  }

  headObject(target: OssTarget, key: string): Promise<ObjectHead | undefined> {
    return this.#run({ operation: 'head', target }, async () => {
      const bytes = this.objects.get(key);
      return (
        bytes && {
          size: bytes.length,
          etag: etagOf(bytes),
          crc64: await crc64Of(bytes),
          lastModified: 0,
          requestId: 'head',
        }
      );
    });
  }

  deleteObject(target: OssTarget, key: string): Promise<void> {
    return this.#run({ operation: 'delete', target }, () => void this.objects.delete(key));
  }

  initiateMultipartUpload(
    target: OssTarget,
    { key, forbidOverwrite, contentType }: Omit<PutRequest, 'body'>,
  ): Promise<string> {
    const details = { forbidOverwrite, ...(contentType !== undefined && { contentType }) };
    return this.#run({ operation: 'initiate', target, ...details }, () => {
      this.#rejectExisting(key, forbidOverwrite);
      this.#uploadCount += 1;
      const uploadId = `upload${this.#uploadCount}`;
      this.uploads.set(uploadId, new Map());
      return uploadId;
    });
  }

  completeMultipartUpload(target: OssTarget, request: CompleteRequest): Promise<PutResponse> {
    const { key, uploadId, parts, forbidOverwrite } = request;
    const call: Call = { operation: 'complete', target, forbidOverwrite };
    return this.#run(call, async () => {
      const upload = this.#upload(uploadId);
      this.#rejectExisting(key, forbidOverwrite);
      const bytes = Buffer.concat(
        parts.map(({ partNumber, etag }) => {
          const part = upload.get(partNumber);
          if (part === undefined || etagOf(part) !== etag) {
            throw new CodedError('oss.rejected', { serverCode: 'InvalidPart' });
          }
          return part;
        }),
      );
      this.uploads.delete(uploadId);
      this.objects.set(key, bytes);
      return this.#respond(call, bytes);
    });
  }

  abortMultipartUpload(target: OssTarget, { uploadId }: MultipartRef): Promise<void> {
    return this.#run({ operation: 'abort', target }, () => void this.uploads.delete(uploadId));
  }

  listParts(target: OssTarget, { uploadId }: MultipartRef): Promise<readonly ListedPart[]> {
    return this.#run({ operation: 'list', target }, () =>
      Promise.all(
        [...this.#upload(uploadId)].map(async ([partNumber, bytes]) => ({
          partNumber,
          etag: etagOf(bytes),
          size: bytes.length,
          crc64: await crc64Of(bytes),
        })),
      ),
    );
  }

  async #run<T>(call: Call, work: () => T | Promise<T>): Promise<T> {
    this.calls.push(call);
    const nth = this.count(call.operation);
    await this.script.before?.(call, nth);
    const response = await work();
    await this.script.after?.(call, nth);
    return response;
  }

  async #receive(
    call: Call,
    body: Uint8Array | HttpBody,
    signal: AbortSignal | undefined,
    store: (bytes: Buffer) => void,
  ): Promise<PutResponse> {
    return this.#run({ ...call, bytes: body.length }, async () => {
      const bytes = await readBody(body, signal);
      store(bytes);
      return this.#respond(call, bytes);
    });
  }

  async #respond(call: Call, bytes: Buffer): Promise<PutResponse> {
    const crc64 = await crc64Of(bytes);
    const response: PutResponse = { etag: etagOf(bytes), crc64, requestId: call.operation };
    return this.script.response?.(call, response) ?? response;
  }

  #upload(uploadId: string): Map<number, Buffer> {
    const upload = this.uploads.get(uploadId);
    if (upload === undefined) {
      throw new CodedError('oss.noSuchUpload');
    }
    return upload;
  }

  #rejectExisting(key: string, forbidOverwrite: boolean): void {
    if (forbidOverwrite && this.objects.has(key)) {
      throw new CodedError('oss.objectExists', { subject: key });
    }
  }
}

async function readBody(body: Uint8Array | HttpBody, signal?: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const slice of body instanceof Uint8Array ? [body] : body.slices()) {
    if (signal?.aborted === true) {
      throw abortError();
    }
    chunks.push(Buffer.from(slice));
    if (!(body instanceof Uint8Array)) {
      body.onSent?.(slice.length);
    }
  }
  return Buffer.concat(chunks);
}

function md5(bytes: Uint8Array): Buffer {
  return createHash('md5').update(bytes).digest();
}

function etagOf(bytes: Uint8Array): string {
  return md5(bytes).toString('hex').toUpperCase();
}
