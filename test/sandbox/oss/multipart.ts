import type { ServiceResponse } from '../server/response';
import { ServiceError } from '../server/errors';
import { crcOfAll, multipartEtagOf } from '../store/objects';
import { partsOf, type Part, type Upload } from '../store/uploads';
import { bodyHeaders, checkOverwrite, storedHeaders, takeBody, versionHeader } from './body';
import { limitOf, namesOf, xml } from './listing';
import type { OssCall } from './ossService';
import { readPartList } from './partList';

export function initiate(call: OssCall): Promise<ServiceResponse> {
  const { exchange, target, storage } = call;
  const names = namesOf(call);
  checkOverwrite(call);
  const upload = storage.uploads.start(target.key, storedHeaders(exchange), call.now());
  return Promise.resolve(
    xml('InitiateMultipartUploadResult', {
      EncodingType: names.type,
      Bucket: call.bucket,
      Key: names.write(target.key),
      UploadId: upload.id,
    }),
  );
}

/** The number of the part that a request sends. */
export function partNumberOf({ target }: OssCall): number {
  const number = target.partNumber ?? 0;
  if (number < 1 || number > 10_000)
    throw new ServiceError(
      400,
      'InvalidArgument',
      'Part number must be an integer between 1 and 10000, inclusive.',
      { elements: { ArgumentName: 'partNumber', ArgumentValue: target.query.partNumber ?? '' } },
    );
  return number;
}

export async function uploadPart(call: OssCall): Promise<ServiceResponse> {
  const { exchange, storage } = call;
  const number = partNumberOf(call);
  const upload = findUpload(call);
  const body = await takeBody(exchange, storage);
  const part = await storage.uploads.putPart(upload, number, body, call.now());
  if (!part) throw noSuchUpload(call);
  return { status: 200, headers: bodyHeaders(body, part.etag) };
}

/** CompleteMultipartUpload; `x-oss-complete-all: yes` uses all uploaded parts, and then the body must be empty. */
export async function complete(call: OssCall): Promise<ServiceResponse> {
  const { exchange, target, storage } = call;
  const names = namesOf(call);
  const all = exchange.header('x-oss-complete-all');
  if (all !== undefined && all !== 'yes')
    throw new ServiceError(400, 'InvalidArgument', 'The x-oss-complete-all header must be yes.');
  const text = await exchange.receiveText(2 << 20);
  const upload = findUpload(call);
  if (all && text)
    throw new ServiceError(
      400,
      'InvalidArgument',
      'The body must be empty when x-oss-complete-all is set.',
    );
  const parts = all ? partsOf(upload) : chosen(upload, readPartList(text));
  if (parts.length === 0) throw invalidPart();
  const small = parts.slice(0, -1).find(({ size }) => size < call.settings.minPartBytes);
  if (small)
    throw new ServiceError(
      400,
      'EntityTooSmall',
      'Your proposed upload smaller than the minimum allowed size.',
      {
        elements: {
          ETag: small.etag,
          MinSizeAllowed: `${call.settings.minPartBytes}`,
          ProposedSize: `${small.size}`,
          PartNumber: `${small.number}`,
        },
      },
    );
  checkOverwrite(call, '0042-00000214');
  const crc64 = call.settings.crc64OfMultipart ? crcOfAll(parts) : undefined;
  const etag = multipartEtagOf(parts.map((part) => part.etag));
  // Nothing is awaited since `findUpload`, so that only one of two concurrent completions finds the upload.
  const ended = storage.uploads.end(upload, parts);
  await storage.objects.put({
    key: target.key,
    size: parts.reduce((sum, { size }) => sum + size, 0),
    etag,
    ...(crc64 !== undefined && { crc64 }),
    lastModified: call.now(),
    headers: upload.headers,
    type: 'Multipart',
    bodies: parts,
  });
  await ended;
  const host = exchange.header('host') ?? '';
  return xml(
    'CompleteMultipartUploadResult',
    {
      EncodingType: names.type,
      Location: `http://${host}/${encodeURI(target.key)}`,
      Bucket: call.bucket,
      Key: names.write(target.key),
      ETag: etag,
    },
    {
      ETag: etag,
      ...(crc64 !== undefined && { 'x-oss-hash-crc64ecma': crc64.toString() }),
      ...versionHeader(call),
    },
  );
}

export async function abort(call: OssCall): Promise<ServiceResponse> {
  await call.storage.uploads.end(findUpload(call));
  return { status: 204 };
}

export function listParts(call: OssCall): Promise<ServiceResponse> {
  const upload = findUpload(call);
  const names = namesOf(call);
  const limit = limitOf(call, 'max-parts', 1000);
  const marker = Number(call.target.query['part-number-marker'] ?? 0);
  const parts = partsOf(upload).filter(({ number }) => number > marker);
  const page = parts.slice(0, limit);
  return Promise.resolve(
    xml('ListPartsResult', {
      EncodingType: names.type,
      Bucket: call.bucket,
      Key: names.write(upload.key),
      UploadId: upload.id,
      StorageClass: 'Standard',
      PartNumberMarker: marker,
      NextPartNumberMarker: page.at(-1)?.number ?? 0,
      MaxParts: limit,
      IsTruncated: parts.length > limit,
      Part: page.map(({ number, lastModified, etag, size, crc64 }) => ({
        PartNumber: number,
        LastModified: new Date(lastModified).toISOString(),
        ETag: etag,
        HashCrc64ecma: crc64?.toString(),
        Size: size,
      })),
    }),
  );
}

function chosen(upload: Upload, wanted: readonly { number: number; etag: string }[]): Part[] {
  if (wanted.some(({ number }, n) => n > 0 && number <= wanted[n - 1]!.number))
    throw new ServiceError(
      400,
      'InvalidPartOrder',
      'The list of parts was not in ascending order. Parts list must specified in order by part number.',
    );
  return wanted.map(({ number, etag }) => {
    const part = upload.parts.get(number);
    if (part?.etag.replaceAll('"', '') !== etag.replaceAll('"', '').toUpperCase())
      throw invalidPart();
    return part;
  });
}

export function findUpload(call: OssCall): Upload {
  const upload = call.storage.uploads.get(call.target.uploadId ?? '', call.target.key);
  if (!upload) throw noSuchUpload(call);
  return upload;
}

export function noSuchUpload({ target }: OssCall): ServiceError {
  return new ServiceError(
    404,
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { ec: '0042-00000002', elements: { UploadId: target.uploadId ?? '' } },
  );
}

function invalidPart(): ServiceError {
  return new ServiceError(
    400,
    'InvalidPart',
    "One or more of the specified parts could not be found or the specified entity tag might not have matched the part's entity tag.",
  );
}
