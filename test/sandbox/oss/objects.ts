import type { ServiceResponse } from '../server/response';
import { ServiceError } from '../server/errors';
import { etagOf, type ObjectRecord } from '../store/objects';
import { bodyHeaders, checkOverwrite, storedHeaders, takeBody, versionHeader } from './body';
import type { OssCall } from './ossService';

export async function putObject(call: OssCall): Promise<ServiceResponse> {
  const { exchange, target, storage } = call;
  checkOverwrite(call);
  const body = await takeBody(exchange, storage);
  try {
    checkOverwrite(call); // another upload may have finished first
  } catch (error) {
    await storage.bodies.drop([body]);
    throw error;
  }
  const etag = etagOf(body);
  await storage.objects.put({
    key: target.key,
    size: body.size,
    etag,
    ...(body.crc64 !== undefined && { crc64: body.crc64 }),
    lastModified: call.now(),
    headers: storedHeaders(exchange),
    type: 'Normal',
    bodies: [body],
  });
  return { status: 200, headers: { ...bodyHeaders(body, etag), ...versionHeader(call) } };
}

export function headObject(call: OssCall): Promise<ServiceResponse> {
  const record = find(call);
  const headers = { ...describe(record), 'Content-Length': `${record.size}` };
  return Promise.resolve({ status: 200, headers });
}

export function getObject(call: OssCall): Promise<ServiceResponse> {
  const { exchange, storage } = call;
  const record = find(call);
  readableOrThrow(call, record);
  const range = readRange(exchange.header('range'), record.size);
  if (range === 'outside' && exchange.header('x-oss-range-behavior') === 'standard')
    throw new ServiceError(416, 'InvalidRange', 'The requested range cannot be satisfied.');
  const [from, to] = Array.isArray(range) ? range : [0, record.size];
  return Promise.resolve({
    status: Array.isArray(range) ? 206 : 200,
    headers: {
      ...describe(record),
      ...(Array.isArray(range) && { 'Content-Range': `bytes ${from}-${to - 1}/${record.size}` }),
      'Content-Length': `${to - from}`,
    },
    body: storage.objects.stream(record, from, to),
  });
}

export async function deleteObject({ storage, target }: OssCall): Promise<ServiceResponse> {
  await storage.objects.delete(target.key);
  return { status: 204 };
}

/** Throws for an archived object. */
export function readableOrThrow({ settings }: OssCall, { key }: ObjectRecord): void {
  if (settings.archived.has(key))
    throw new ServiceError(
      403,
      'InvalidObjectState',
      "The operation is not valid for the object's state.",
      { elements: { Key: key } },
    );
}

function find({ storage, target }: OssCall): ObjectRecord {
  const record = storage.objects.get(target.key);
  if (!record)
    throw new ServiceError(404, 'NoSuchKey', 'The specified key does not exist.', {
      ec: '0026-00000001',
      elements: { Key: target.key },
    });
  return record;
}

function describe(record: ObjectRecord): Record<string, string> {
  return {
    ...record.headers,
    ETag: record.etag,
    'Last-Modified': new Date(record.lastModified).toUTCString(),
    'Accept-Ranges': 'bytes',
    'x-oss-object-type': record.type,
    'x-oss-storage-class': 'Standard',
    ...(record.crc64 !== undefined && { 'x-oss-hash-crc64ecma': record.crc64.toString() }),
  };
}

/** First byte and the one after the last; `outside` for a range for which OSS by default returns the whole object. */
function readRange(
  header: string | undefined,
  size: number,
): [number, number] | 'outside' | undefined {
  if (header === undefined) return undefined;
  const parts = /^bytes=(\d*)-(\d*)$/.exec(header);
  if (!parts || parts[0] === 'bytes=-') return 'outside';
  const [, first, last] = parts;
  const from = first ? Number(first) : Math.max(size - Number(last), 0);
  const to = first && last ? Math.min(Number(last) + 1, size) : size;
  return from < to ? [from, to] : 'outside';
}
