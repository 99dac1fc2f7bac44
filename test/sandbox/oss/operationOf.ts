import type { IncomingMessage } from 'node:http';

import type { OssOperation } from '../server/operations';

type Query = Readonly<Record<string, string | null>>;

/** Subresources of operations that the sandbox does not have. */
const unsupported = [
  'acl',
  'append',
  'delete',
  'tagging',
  'symlink',
  'restore',
  'policy',
  'versions',
];

/** The operation of a request to a bucket. */
export function operationOf(
  request: IncomingMessage,
  key: string,
  query: Query,
): OssOperation | 'Unknown' {
  const has = (name: string) => name in query;
  const copies = request.headers['x-oss-copy-source'] !== undefined;
  if (unsupported.some(has)) return 'Unknown';
  if (copies)
    return request.method === 'PUT' && key && has('uploadId') ? 'UploadPartCopy' : 'Unknown';
  if (!key) {
    if (request.method !== 'GET') return 'Unknown';
    if (has('uploads')) return 'ListMultipartUploads';
    return query['list-type'] === '2' ? 'ListObjectsV2' : 'Unknown';
  }
  switch (request.method ?? '') {
    case 'PUT':
      return has('uploadId') || has('partNumber') ? 'UploadPart' : 'PutObject';
    case 'HEAD':
      return 'HeadObject';
    case 'GET':
      return has('uploadId') ? 'ListParts' : 'GetObject';
    case 'DELETE':
      return has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject';
    case 'POST':
      if (has('uploads')) return 'InitiateMultipartUpload';
      return has('uploadId') ? 'CompleteMultipartUpload' : 'Unknown';
    default:
      return 'Unknown';
  }
}
