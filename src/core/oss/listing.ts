import type { HttpResponse } from '../http/types';
import { percentDecode } from '../util/percent';
import { childrenNamed, childText, type XmlElement } from '../util/xml';
import type { ResponseReader } from './responseReader';
import type { OssRequestSender } from './requestSender';
import type { ListResponse, ListRequest, ListedPart, MultipartRef } from './types';

/** A page of 1,000 names of 1,023 bytes, percent-encoded (3 MB), and 1 KB for what else each entry has. */
const maxListBytes = 4 * 1024 * 1024;

/** An upload has no more parts, and none with a higher number. */
const maxParts = 10_000;

/** OSS returns no more entries a page, and has no longer keys (bytes of UTF-8). */
const maxPageSize = 1_000;
const maxKeyBytes = 1_023;

/** One page of the objects below a prefix. Source: OSS API Reference, ListObjectsV2. */
export async function listObjects(
  sender: OssRequestSender,
  request: ListRequest,
): Promise<ListResponse> {
  const response = await list(sender, {
    'list-type': '2',
    prefix: request.prefix,
    delimiter: request.delimiter,
    'continuation-token': request.continuationToken,
    'max-keys': request.maxKeys?.toString(),
    'encoding-type': 'url',
  });
  return sender.readXml(response, (root, reader) => {
    reader.expectRoot(root, 'ListBucketResult');
    const nameIn = nameReader(root, reader);
    const objects = childrenNamed(root, 'Contents').map((object) => ({
      key: nameIn(object, 'Key'),
      size: reader.count(childText(object, 'Size'), 'Size'),
      etag: reader.etag(childText(object, 'ETag')),
      lastModified: reader.instant(childText(object, 'LastModified'), 'LastModified'),
    }));
    const prefixes = childrenNamed(root, 'CommonPrefixes').map((prefix) =>
      nameIn(prefix, 'Prefix'),
    );
    if (objects.length + prefixes.length > (request.maxKeys ?? maxPageSize)) {
      reader.refuse('Contents');
    }
    const nextToken = isTruncated(root) ? nameIn(root, 'NextContinuationToken') : undefined;
    return { objects, prefixes, nextToken };
  });
}

/** All parts that the server holds, in the order of their numbers. Source: OSS API Reference, ListParts. */
export async function listParts(
  sender: OssRequestSender,
  { key, uploadId }: MultipartRef,
): Promise<readonly ListedPart[]> {
  const parts: ListedPart[] = [];
  let marker: number | undefined = 0;
  while (marker !== undefined) {
    const after: number = marker;
    const query = {
      uploadId,
      'max-parts': '1000',
      'part-number-marker': after > 0 ? after.toString() : undefined,
    };
    const response = await list(sender, query, key);
    marker = await sender.readXml(response, (root, reader) => {
      reader.expectRoot(root, 'ListPartsResult');
      const page = childrenNamed(root, 'Part');
      // Without a part there is nothing to continue after: 10,000 empty pages would be requested in a row.
      if (page.length > maxPageSize || (page.length === 0 && isTruncated(root))) {
        reader.refuse('Part');
      }
      for (const element of page) {
        const part = storedPart(element, reader);
        // Ascending numbers up to the maximum also limit how many parts are collected.
        if (part.partNumber <= (parts.at(-1)?.partNumber ?? 0) || part.partNumber > maxParts) {
          reader.refuse('PartNumber');
        }
        parts.push(part);
      }
      if (!isTruncated(root)) {
        return undefined;
      }
      const name = 'NextPartNumberMarker';
      const next = reader.count(childText(root, name), name);
      return next > after && next <= maxParts ? next : reader.refuse(name);
    });
  }
  return parts;
}

function storedPart(part: XmlElement, reader: ResponseReader): ListedPart {
  return {
    partNumber: reader.count(childText(part, 'PartNumber'), 'PartNumber'),
    etag: reader.etag(childText(part, 'ETag')),
    size: reader.count(childText(part, 'Size'), 'Size'),
    crc64: reader.crc64(childText(part, 'HashCrc64ecma')),
  };
}

/** Parameters without a value are left out. */
function list(
  sender: OssRequestSender,
  query: Readonly<Record<string, string | undefined>>,
  key?: string,
): Promise<HttpResponse> {
  const given = Object.entries(query).flatMap(([name, value = '']) =>
    value === '' ? [] : [[name, value] as const],
  );
  return sender.send({ method: 'GET', key, query: given, maxResponseBytes: maxListBytes });
}

function isTruncated(root: XmlElement): boolean {
  return childText(root, 'IsTruncated') === 'true';
}

/**
 * Reads names, which come form-encoded (space as `+`) where `encoding-type=url` was requested: XML cannot hold all
 * characters that a key can. Source: alibabacloud-oss-go-sdk-v2, `unmarshalEncodeType`.
 */
function nameReader(
  root: XmlElement,
  reader: ResponseReader,
): (element: XmlElement, name: string) => string {
  const isEncoded = childText(root, 'EncodingType') === 'url';
  return (element, name) => {
    const text = reader.text(element, name);
    const isToken = name === 'NextContinuationToken';
    // A token is Base64 and may come unencoded.
    const decoded = isEncoded ? percentDecode(isToken ? text : text.replaceAll('+', ' ')) : text;
    return decoded === undefined || (!isToken && keyBytes(decoded) > maxKeyBytes)
      ? reader.refuse(name)
      : decoded;
  };
}

/** Half of a surrogate pair represents one byte that is not UTF-8. */
function keyBytes(key: string): number {
  return Buffer.byteLength(key.replace(/[\udc80-\udcff]/gu, '?'));
}
