import { CodedError } from '../../../../../src/core/errors/catalogue';
import type {
  GetRequest,
  ObjectStream,
  OssClient,
  OssTarget,
} from '../../../../../src/core/oss/client';
import { createCrc64 } from '../../../../../src/core/oss/crc64';
import type { CredentialSession } from '../../../../../src/core/credential/session';
import type { Timing } from '../../../../../src/core/util/timing';
import { credential } from '../../../support/credential';

export const session: Pick<CredentialSession, 'use'> = { use: (action) => action(credential()) };

/** Does not wait, and records the requested delays. */
export class InstantTiming implements Timing {
  readonly waits: number[] = [];
  #now = 0;

  now(): number {
    return (this.#now += 50);
  }

  random(): number {
    return 0.5;
  }

  wait(ms: number, signal?: AbortSignal): Promise<void> {
    this.waits.push(ms);
    signal?.throwIfAborted();
    return Promise.resolve();
  }
}

/** The response to one request: the object at that time, and where the connection breaks. */
export interface ScriptedResponse {
  readonly bytes?: Buffer;
  readonly etag?: string;
  /** Default: true. */
  readonly hasCrc64?: boolean;
  readonly crc64?: bigint;
  /** The connection breaks after this number of bytes of the response. */
  readonly breaksAfter?: number;
  /** The response ends after this number of bytes as if it were complete. */
  readonly endsAfter?: number;
  /** The request fails with this error. */
  readonly fails?: CodedError;
  /** Called when the response has started. */
  readonly onBegin?: () => void;
}

/** An OSS with one object and scripted responses. The last response also serves all further requests. */
export class ScriptedOss implements Pick<OssClient, 'getObject'> {
  readonly requests: GetRequest[] = [];
  readonly targets: OssTarget[] = [];

  constructor(
    private readonly bytes: Buffer,
    private readonly responses: readonly ScriptedResponse[],
  ) {}

  async getObject(
    target: OssTarget,
    request: GetRequest,
    signal?: AbortSignal,
  ): Promise<ObjectStream> {
    const response =
      this.responses[Math.min(this.requests.length, this.responses.length - 1)] ?? {};
    this.requests.push(request);
    this.targets.push(target);
    if (response.fails !== undefined) {
      throw response.fails;
    }
    const { bytes = this.bytes, etag = 'E1', hasCrc64 = true } = response;
    return {
      status: request.from === undefined ? 200 : 206,
      header: () => undefined,
      size: bytes.length,
      etag,
      lastModified: 0,
      requestId: `R${this.requests.length}`,
      ...(hasCrc64 && { crc64: response.crc64 ?? (await crcOf(bytes)) }),
      body: bodyOf(bytes.subarray(request.from ?? 0), response, signal),
    };
  }
}

export async function crcOf(bytes: Uint8Array): Promise<bigint> {
  const crc64 = await createCrc64();
  crc64.update(bytes);
  return crc64.digest();
}

const chunkBytes = 64 * 1024;

async function* bodyOf(
  bytes: Buffer,
  { breaksAfter, endsAfter = bytes.length, onBegin }: ScriptedResponse,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  onBegin?.();
  const end = Math.min(breaksAfter ?? endsAfter, bytes.length);
  for (let start = 0; start < end; start += chunkBytes) {
    await Promise.resolve();
    signal?.throwIfAborted();
    yield bytes.subarray(start, Math.min(start + chunkBytes, end));
  }
  if (breaksAfter !== undefined) {
    throw new CodedError('network.reset');
  }
}
