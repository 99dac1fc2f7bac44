import { CodedError, hasCode } from '../errors/catalogue';
import { percentEncodePath } from '../util/percent';
import type { OssRequestSender } from './requestSender';
import { newObjectHeaders } from './objects';
import type { OssQuery } from './signatureV4';
import type {
  CompleteRequest,
  InitiateRequest,
  PartCopyRequest,
  PartCopyResponse,
  PartRequest,
  CompletedPart,
  PutResponse,
  MultipartRef,
} from './types';

const nothing = new Uint8Array(0);

/** @returns the upload id. Source: OSS API Reference, InitiateMultipartUpload. */
export async function initiateMultipartUpload(
  sender: OssRequestSender,
  request: InitiateRequest,
): Promise<string> {
  const response = await sender.send({
    method: 'POST',
    key: request.key,
    query: [['uploads', '']],
    headers: newObjectHeaders(request),
    body: nothing,
  });
  return sender.readXml(response, (root, reader) => {
    reader.expectRoot(root, 'InitiateMultipartUploadResult');
    return reader.text(root, 'UploadId');
  });
}

/**
 * 100 KB to 5 GB; only the last part of an object may be smaller. An existing part of that number is replaced.
 * Source: OSS API Reference, UploadPart.
 */
export async function uploadPart(
  sender: OssRequestSender,
  { key, uploadId, partNumber, body }: PartRequest,
): Promise<PutResponse> {
  const response = await sender.send({
    method: 'PUT',
    key,
    query: partQuery(uploadId, partNumber),
    body,
  });
  return sender.reader(response).putResponse(response);
}

function partQuery(uploadId: string, partNumber: number): OssQuery {
  return [
    ['partNumber', String(partNumber)],
    ['uploadId', uploadId],
  ];
}

/**
 * Makes a part of a range of an existing object; the same limits as for `uploadPart`.
 * Source: OSS API Reference, UploadPartCopy. A malformed range would be ignored and the whole source be copied.
 * @throws CodedError `transfer.sizeMismatch` when the server says that it copied another range; `oss.accessDenied`
 * without the right to read the source, `oss.preconditionFailed`, `oss.noSuchKey` or `oss.archived` when the source
 * cannot be used
 */
export async function uploadPartCopy(
  sender: OssRequestSender,
  { key, uploadId, partNumber, sourceKey, sourceEtag, start, length }: PartCopyRequest,
): Promise<PartCopyResponse> {
  const range = `${start}-${start + length - 1}`;
  const response = await sender.send({
    method: 'PUT',
    key,
    query: partQuery(uploadId, partNumber),
    headers: {
      'x-oss-copy-source': `/${sender.bucket}/${percentEncodePath(sourceKey)}`,
      'x-oss-copy-source-if-match': `"${sourceEtag}"`,
      'x-oss-copy-source-range': `bytes=${range}`,
    },
    body: nothing,
  });
  const copied = response.header('content-range');
  if (copied !== undefined && !copied.startsWith(`bytes ${range}/`)) {
    throw new CodedError('transfer.sizeMismatch', { subject: key });
  }
  return sender.readXml(response, (root, reader) => {
    reader.expectRoot(root, 'CopyPartResult');
    return reader.putResponse(response, reader.text(root, 'ETag'));
  });
}

/** The CRC-64 in the response is that of the whole object. Source: OSS API Reference, CompleteMultipartUpload. */
export async function completeMultipartUpload(
  sender: OssRequestSender,
  { key, uploadId, parts, forbidOverwrite }: CompleteRequest,
): Promise<PutResponse> {
  const response = await sender.send({
    method: 'POST',
    key,
    query: [['uploadId', uploadId]],
    headers: {
      'content-type': 'application/xml',
      ...(forbidOverwrite && { 'x-oss-forbid-overwrite': 'true' }),
    },
    body: Buffer.from(partList(parts)),
  });
  return sender.readXml(response, (root, reader) => {
    reader.expectRoot(root, 'CompleteMultipartUploadResult');
    return reader.putResponse(response, reader.text(root, 'ETag'));
  });
}

/** Ascending, because OSS refuses another order (`InvalidPartOrder`). */
function partList(parts: readonly CompletedPart[]): string {
  const items = parts
    .toSorted((a, b) => a.partNumber - b.partNumber)
    .map(
      ({ partNumber, etag }) =>
        `<Part><PartNumber>${partNumber}</PartNumber><ETag>"${escapeXml(etag)}"</ETag></Part>`,
    );
  return `<CompleteMultipartUpload>${items.join('')}</CompleteMultipartUpload>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * An upload that does not exist counts as aborted. A part in flight may still be stored: list, and abort again.
 * Source: OSS API Reference, AbortMultipartUpload.
 */
export async function abortMultipartUpload(
  sender: OssRequestSender,
  { key, uploadId }: MultipartRef,
): Promise<void> {
  try {
    await sender.send({ method: 'DELETE', key, query: [['uploadId', uploadId]] });
  } catch (error) {
    if (!hasCode(error, 'oss.noSuchUpload')) {
      throw error;
    }
  }
}
