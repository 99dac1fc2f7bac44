import { CodedError } from '../errors/catalogue';

/** What both transports know of an answer before its body is read. */
export interface ResponseHead {
  readonly status: number;
  header(name: string): string | undefined;
}

/**
 * Refuses the answers that no caller may take for one of the server's: a redirect, and the proxy's own answers,
 * which VS Code's proxy agent passes on as if the server had given them.
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
    throw new CodedError('answer.redirected', facts);
  }
}

/** Reads a body whole. @throws CodedError `answer.tooLarge` as soon as it is longer than `limit` bytes. */
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
      throw new CodedError('answer.tooLarge', { host, bytes: limit });
    }
    read.push(chunk);
  }
  return Buffer.concat(read, length);
}
