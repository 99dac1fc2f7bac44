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

/** Never waits; keeps how long it should have. */
export class Hasty implements Timing {
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

/** What becomes of one request: the object as it is then, and where the connection breaks. */
export interface Turn {
  readonly bytes?: Buffer;
  readonly etag?: string;
  /** False: the answer has no CRC-64. */
  readonly counts?: boolean;
  readonly crc64?: bigint;
  /** The connection breaks after so many bytes of this answer. */
  readonly breaksAfter?: number;
  /** The answer ends after so many bytes as if that were all. */
  readonly endsAfter?: number;
  /** Refused at once. */
  readonly fails?: CodedError;
  /** Called when the answer has begun. */
  readonly onBegin?: () => void;
}

/** An OSS that has one object, and whose answers are written beforehand. The last turn is for all that follow. */
export class ScriptedOss implements Pick<OssClient, 'getObject'> {
  readonly requests: GetRequest[] = [];
  readonly targets: OssTarget[] = [];

  constructor(
    private readonly bytes: Buffer,
    private readonly turns: readonly Turn[],
  ) {}

  async getObject(
    target: OssTarget,
    request: GetRequest,
    signal?: AbortSignal,
  ): Promise<ObjectStream> {
    const turn = this.turns[Math.min(this.requests.length, this.turns.length - 1)] ?? {};
    this.requests.push(request);
    this.targets.push(target);
    if (turn.fails !== undefined) {
      throw turn.fails;
    }
    const { bytes = this.bytes, etag = 'E1', counts = true } = turn;
    return {
      status: request.from === undefined ? 200 : 206,
      header: () => undefined,
      size: bytes.length,
      etag,
      lastModified: 0,
      requestId: `R${this.requests.length}`,
      ...(counts && { crc64: turn.crc64 ?? (await crcOf(bytes)) }),
      body: bodyOf(bytes.subarray(request.from ?? 0), turn, signal),
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
  { breaksAfter, endsAfter = bytes.length, onBegin }: Turn,
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
