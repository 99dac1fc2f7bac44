import { hasCode } from '../errors/catalogue';
import type { HttpStream } from '../http/types';
import type { OssRequestSender } from './requestSender';
import type { GetRequest, ObjectHead, ObjectStream, PutResponse, PutRequest } from './types';

/** At most 5 GB. Source: OSS API Reference, PutObject. */
export async function putObject(
  sender: OssRequestSender,
  request: PutRequest,
): Promise<PutResponse> {
  const { key, body } = request;
  const headers = newObjectHeaders(request);
  const response = await sender.send({ method: 'PUT', key, headers, body });
  return sender.reader(response).putResponse(response);
}

/** The headers that PutObject and InitiateMultipartUpload share. */
export function newObjectHeaders({
  contentType,
  forbidOverwrite,
}: Pick<PutRequest, 'contentType' | 'forbidOverwrite'>): Record<string, string> {
  return {
    ...(contentType !== undefined && { 'content-type': contentType }),
    ...(forbidOverwrite && { 'x-oss-forbid-overwrite': 'true' }),
  };
}

/** Undefined when there is no object of that key. Source: OSS API Reference, HeadObject. */
export async function headObject(
  sender: OssRequestSender,
  key: string,
): Promise<ObjectHead | undefined> {
  try {
    const response = await sender.send({ method: 'HEAD', key });
    const reader = sender.reader(response);
    return reader.objectHead(response, reader.contentLength(response));
  } catch (error) {
    if (hasCode(error, 'oss.noSuchKey')) {
      return undefined;
    }
    throw error;
  }
}

/**
 * The bytes of an object while they arrive, from `from` on. Size and CRC-64 are those of the whole object.
 * Source: OSS API Reference, GetObject.
 */
export async function getObject(
  sender: OssRequestSender,
  { key, from = 0, etag }: GetRequest,
): Promise<ObjectStream> {
  const headers = {
    // Otherwise OSS may compress texts, and neither size nor CRC would match.
    'accept-encoding': 'identity',
    // Without `standard`, a range that starts after the end returns the whole object.
    ...(from > 0 && { range: `bytes=${from}-`, 'x-oss-range-behavior': 'standard' }),
    ...(etag !== undefined && { 'if-match': `"${etag}"` }),
  };
  const stream = await sender.stream({ method: 'GET', key, headers });
  try {
    const reader = sender.reader(stream);
    const size = from > 0 ? sizeBehind(stream, from) : reader.contentLength(stream);
    return { ...reader.objectHead(stream, size), ...stream };
  } catch (error) {
    await close(stream);
    throw error;
  }
}

/** The size of the whole object, from the response to a request for its end; undefined for any other response. */
function sizeBehind(stream: HttpStream, from: number): string | undefined {
  const [, first, size] =
    /^bytes (\d+)-\d+\/(\d+)$/.exec(stream.header('content-range') ?? '') ?? [];
  return stream.status === 206 && first === String(from) ? size : undefined;
}

/** Closes the connection: leaving an iteration early does so, but only once it has started. */
async function close({ body }: HttpStream): Promise<void> {
  const iteration = body[Symbol.asyncIterator]();
  await iteration.next().catch(() => undefined);
  await iteration.return?.();
}

/** An object that does not exist counts as deleted. Source: OSS API Reference, DeleteObject: 204 also when there is none. */
export async function deleteObject(sender: OssRequestSender, key: string): Promise<void> {
  await sender.send({ method: 'DELETE', key });
}
