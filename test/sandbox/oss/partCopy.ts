import { setTimeout as wait } from 'node:timers/promises';

import type { ServiceResponse } from '../server/response';
import { ServiceError } from '../server/errors';
import type { ObjectRecord } from '../store/objects';
import { xml } from './listing';
import { findUpload, noSuchUpload, partNumberOf } from './multipart';
import { readableOrThrow } from './objects';
import type { OssCall } from './ossService';
import { checkRead } from './policy';

/** UploadPartCopy: creates a part from a range of an object in the same bucket (OSS API Reference, UploadPartCopy). */
export async function uploadPartCopy(call: OssCall): Promise<ServiceResponse> {
  const { exchange, storage, settings } = call;
  await exchange.receiveText(0);
  const number = partNumberOf(call);
  const upload = findUpload(call);
  const record = findSource(call);
  const match = exchange.header('x-oss-copy-source-if-match');
  if (match !== undefined && unquoted(match) !== unquoted(record.etag))
    throw new ServiceError(
      412,
      'PreconditionFailed',
      'At least one of the pre-conditions you specified did not hold.',
      { elements: { Condition: 'If-Match' } },
    );
  const [from, to] = readCopyRange(exchange.header('x-oss-copy-source-range'), record.size);
  if (settings.copyMs > 0) await wait(settings.copyMs);
  const body = await storage.bodies.copy(record.bodies, from, to);
  const part = await storage.uploads.putPart(upload, number, body, call.now());
  if (!part) throw noSuchUpload(call);
  // No CRC-64 of the part: the models of the official SDKs have none for this response.
  return xml(
    'CopyPartResult',
    { LastModified: new Date(part.lastModified).toISOString(), ETag: part.etag },
    { ETag: part.etag, 'Content-Range': `bytes ${from}-${to - 1}/${record.size}` },
  );
}

function findSource(call: OssCall): ObjectRecord {
  const { exchange, bucket, storage, caller, settings } = call;
  const source = exchange.header('x-oss-copy-source') ?? '';
  const [, sourceBucket, rawKey] = /^\/([^/]+)\/(.+)$/.exec(source) ?? [];
  if (sourceBucket === undefined || rawKey === undefined)
    throw new ServiceError(
      400,
      'InvalidArgument',
      'Copy Source must mention the source bucket and key: /sourcebucket/sourcekey.',
      {
        ec: '0042-00000301',
        elements: { ArgumentName: 'x-oss-copy-source', ArgumentValue: source },
      },
    );
  if (sourceBucket !== bucket)
    throw new ServiceError(404, 'NoSuchBucket', 'The specified bucket does not exist.', {
      elements: { BucketName: sourceBucket },
    });
  const key = decodeURIComponent(rawKey.replace(/[?]versionId=.*$/, ''));
  checkRead(key, caller, settings.denied);
  const record = storage.objects.get(key);
  if (!record)
    throw new ServiceError(404, 'NoSuchKey', 'The specified key does not exist.', {
      ec: '0026-00000001',
      elements: { Key: key },
    });
  readableOrThrow(call, record);
  return record;
}

/** An invalid range is ignored, and the whole object is copied. */
function readCopyRange(header: string | undefined, size: number): [number, number] {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(header ?? '') ?? [];
  const [from, to] = [Number(first), Number(last) + 1];
  return first !== undefined && from < to && to <= size ? [from, to] : [0, size];
}

const unquoted = (etag: string) => etag.replaceAll('"', '');
