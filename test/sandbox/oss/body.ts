import { randomBytes } from 'node:crypto';

import { ServiceError } from '../server/errors';
import type { Exchange } from '../server/exchange';
import type { StoredBody } from '../store/bodies';
import type { Storage } from '../store/storage';
import type { OssCall } from './ossService';

const maxBytes = 5 * 1024 ** 3;

/** Stores the body of PutObject or UploadPart; checks that it has a length, is at most 5 GB and fits its Content-MD5. */
export async function takeBody(exchange: Exchange, storage: Storage): Promise<StoredBody> {
  const { contentLength } = exchange;
  if (contentLength === undefined)
    throw new ServiceError(
      411,
      'MissingContentLength',
      'You must provide the Content-Length HTTP header.',
    );
  if (contentLength > maxBytes)
    throw new ServiceError(
      400,
      'EntityTooLarge',
      'Your proposed upload exceeds the maximum allowed object size.',
    );
  const expected = exchange.header('content-md5');
  const body = await storage.bodies.take(exchange);
  if (expected !== undefined && expected !== body.md5?.toString('base64')) {
    await storage.bodies.drop([body]);
    throw new ServiceError(400, 'InvalidDigest', 'The Content-MD5 you specified was invalid.');
  }
  return body;
}

/** Response headers that describe a stored body. */
export function bodyHeaders(body: StoredBody, etag: string): Record<string, string> {
  return {
    ETag: etag,
    ...(body.md5 && { 'Content-MD5': body.md5.toString('base64') }),
    ...(body.crc64 !== undefined && { 'x-oss-hash-crc64ecma': body.crc64.toString() }),
  };
}

/** Rejects `x-oss-forbid-overwrite: true` when the object exists already; a bucket with versioning ignores the header. */
export function checkOverwrite(
  { exchange, storage, target, settings }: OssCall,
  ec?: string,
): void {
  const isForbidden = exchange.header('x-oss-forbid-overwrite') === 'true' && !settings.versioned;
  if (!isForbidden || !storage.objects.exists(target.key)) return;
  throw new ServiceError(
    409,
    'FileAlreadyExists',
    'The object you specified already exists and can not be overwritten.',
    ec ? { ec } : {},
  );
}

/** The id of the new version, in a bucket with versioning. */
export function versionHeader({ settings }: OssCall): Record<string, string> {
  return settings.versioned ? { 'x-oss-version-id': randomBytes(24).toString('base64url') } : {};
}

const storedNames =
  /^(?:content-(?:type|disposition|encoding|language)|cache-control|expires|x-oss-meta-.+)$/;

/** The headers that OSS stores with an object and returns. */
export function storedHeaders(exchange: Exchange): Record<string, string> {
  const kept: Record<string, string> = { 'content-type': 'application/octet-stream' };
  for (const [name, value] of Object.entries(exchange.request.headers))
    if (storedNames.test(name) && value !== undefined) kept[name] = String(value);
  return kept;
}
