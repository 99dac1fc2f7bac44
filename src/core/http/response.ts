import { CodedError } from '../errors/catalogue';

/** What both transports know about a response before its body is read. */
export interface ResponseHead {
  readonly status: number;
  header(name: string): string | undefined;
}

/**
 * Refuses what must not be taken for a response of the server: a redirect, and responses of the proxy itself, which
 * VS Code's proxy agent passes on as if they came from the server.
 */
export function assertUsableResponse(head: ResponseHead, host: string, fromProxy = false): void {
  const facts = { host, httpStatus: head.status };
  if (head.status === 407) {
    throw new CodedError('network.proxyLogin', facts);
  }
  if (fromProxy || (head.status >= 400 && head.header('x-squid-error') !== undefined)) {
    throw new CodedError('network.proxyRefused', facts);
  }
  if (head.status >= 300 && head.status < 400) {
    throw new CodedError('response.redirected', facts);
  }
}

/** Reads a whole body. @throws CodedError `response.tooLarge` as soon as it is longer than `limit` bytes. */
export async function readBody(
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
  host: string,
): Promise<Buffer> {
  const read: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > limit) {
      throw new CodedError('response.tooLarge', { host, bytes: limit });
    }
    read.push(chunk);
  }
  return Buffer.concat(read, length);
}
