import { CodedError, hasCode } from '../errors/catalogue';
import { percentEncodePath } from '../util/percent';
import type { OssRequestSender } from './requestSender';
import { newObjectHeaders } from './objects';
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

/** Source: OSS API Reference, InitiateMultipartUpload. */
export async function initiateMultipartUpload(
  call: OssRequestSender,
  request: InitiateRequest,
): Promise<string> {
  const response = await call.send({
    method: 'POST',
    key: request.key,
    query: [['uploads', '']],
    headers: newObjectHeaders(request),
    body: nothing,
  });
  return call.readXml(response, (root, reader) => {
    reader.expectRoot(root, 'InitiateMultipartUploadResult');
    return reader.text(root, 'UploadId');
  });
}

/** Source: OSS API Reference, UploadPart. */
export async function uploadPart(
  call: OssRequestSender,
  { key, uploadId, partNumber, body }: PartRequest,
): Promise<PutResponse> {
  const response = await call.send({
    method: 'PUT',
    key,
    query: [
      ['partNumber', String(partNumber)],
      ['uploadId', uploadId],
    ],
    body,
  });
  return call.reader(response).putResponse(response);
}

/** Source: OSS API Reference, UploadPartCopy. A malformed range would be ignored and the whole source be copied. */
export async function uploadPartCopy(
  call: OssRequestSender,
  bucket: string,
  { key, uploadId, partNumber, sourceKey, sourceEtag, start, length }: PartCopyRequest,
): Promise<PartCopyResponse> {
  const range = `${start}-${start + length - 1}`;
  const response = await call.send({
    method: 'PUT',
    key,
    query: [
      ['partNumber', String(partNumber)],
      ['uploadId', uploadId],
    ],
    headers: {
      'x-oss-copy-source': `/${bucket}/${percentEncodePath(sourceKey)}`,
      'x-oss-copy-source-if-match': `"${sourceEtag}"`,
      'x-oss-copy-source-range': `bytes=${range}`,
    },
    body: nothing,
  });
  const copied = response.header('content-range');
  if (copied !== undefined && !copied.startsWith(`bytes ${range}/`)) {
    throw new CodedError('transfer.sizeMismatch', { subject: key });
  }
  return call.readXml(response, (root, reader) => {
    reader.expectRoot(root, 'CopyPartResult');
    return reader.putResponse(response, reader.text(root, 'ETag'));
  });
}

/** Source: OSS API Reference, CompleteMultipartUpload. */
export async function completeMultipartUpload(
  call: OssRequestSender,
  { key, uploadId, parts, forbidOverwrite }: CompleteRequest,
): Promise<PutResponse> {
  const all = parts === 'all';
  const response = await call.send({
    method: 'POST',
    key,
    query: [['uploadId', uploadId]],
    headers: {
      ...(all ? { 'x-oss-complete-all': 'yes' } : { 'content-type': 'application/xml' }),
      ...(forbidOverwrite && { 'x-oss-forbid-overwrite': 'true' }),
    },
    body: all ? nothing : Buffer.from(partList(parts)),
  });
  return call.readXml(response, (root, reader) => {
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

/** Source: OSS API Reference, AbortMultipartUpload. */
export async function abortMultipartUpload(
  call: OssRequestSender,
  { key, uploadId }: MultipartRef,
): Promise<void> {
  try {
    await call.send({ method: 'DELETE', key, query: [['uploadId', uploadId]] });
  } catch (error) {
    if (!hasCode(error, 'oss.noSuchUpload')) {
      throw error;
    }
  }
}
