import { hasCode } from '../errors/catalogue';
import type { HttpStream } from '../http/types';
import type { OssRequestSender } from './requestSender';
import type { GetRequest, ObjectHead, ObjectStream, PutResponse, PutRequest } from './types';

/** Source: OSS API Reference, PutObject. */
export async function putObject(call: OssRequestSender, request: PutRequest): Promise<PutResponse> {
  const { key, body } = request;
  const headers = {
    ...newObjectHeaders(request),
  };
  const response = await call.send({ method: 'PUT', key, headers, body });
  return call.reader(response).putResponse(response);
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

/** Source: OSS API Reference, HeadObject. */
export async function headObject(
  call: OssRequestSender,
  key: string,
): Promise<ObjectHead | undefined> {
  try {
    const response = await call.send({ method: 'HEAD', key });
    const reader = call.reader(response);
    return reader.objectHead(response, reader.contentLength(response));
  } catch (error) {
    if (hasCode(error, 'oss.noSuchKey')) {
      return undefined;
    }
    throw error;
  }
}

/** Source: OSS API Reference, GetObject. */
export async function getObject(
  call: OssRequestSender,
  { key, from = 0, etag }: GetRequest,
): Promise<ObjectStream> {
  const headers = {
    // Otherwise OSS may compress texts, and neither size nor CRC would match.
    'accept-encoding': 'identity',
    // Without `standard` a range that begins beyond the end returns the whole object.
    ...(from > 0 && { range: `bytes=${from}-`, 'x-oss-range-behavior': 'standard' }),
    ...(etag !== undefined && { 'if-match': `"${etag}"` }),
  };
  const stream = await call.stream({ method: 'GET', key, headers });
  try {
    const reader = call.reader(stream);
    const size = from > 0 ? sizeBehind(stream, from) : reader.contentLength(stream);
    const head = reader.objectHead(stream, size);
    return {
      ...head,
      status: stream.status,
      header: (name) => stream.header(name),
      body: stream.body,
    };
  } catch (error) {
    await close(stream);
    throw error;
  }
}

/** The size of the whole object, from the response to a request for its rest; undefined for any other response. */
function sizeBehind(stream: HttpStream, from: number): string | undefined {
  const [, first, size] =
    /^bytes (\d+)-\d+\/(\d+)$/.exec(stream.header('content-range') ?? '') ?? [];
  return stream.status === 206 && first === String(from) ? size : undefined;
}

/** An iteration that is left early closes the connection; one that never began does not. */
async function close({ body }: HttpStream): Promise<void> {
  const iteration = body[Symbol.asyncIterator]();
  await iteration.next().catch(() => undefined);
  await iteration.return?.();
}

/** Source: OSS API Reference, DeleteObject: 204 also when there is none. */
export async function deleteObject(call: OssRequestSender, key: string): Promise<void> {
  await call.send({ method: 'DELETE', key });
}
