import type { ServiceResponse } from '../server/response';
import { ServiceError } from '../server/errors';
import { document, type XmlChildren } from '../server/xml';
import { compareKeys, type ObjectRecord } from '../store/objects';
import type { Upload } from '../store/uploads';
import type { OssCall } from './ossService';

/** An XML response. */
export function xml(
  root: string,
  children: XmlChildren,
  headers: Record<string, string> = {},
): ServiceResponse {
  return {
    status: 200,
    headers: { 'Content-Type': 'application/xml', ...headers },
    body: document(root, children),
  };
}

/** How names are written: unchanged, or percent-encoded with `encoding-type=url`. */
export function namesOf({ target }: OssCall): { write: (name: string) => string; type?: string } {
  const type = target.query['encoding-type'];
  if (type === undefined || type === null) return { write: (name) => name };
  if (type !== 'url')
    throw new ServiceError(400, 'InvalidArgument', 'Invalid Encoding Method specified in Request.');
  return { write: (name) => encodeURIComponent(name).replaceAll('%2F', '/'), type };
}

/** A count from the query between 1 and 1000. */
export function limitOf({ target }: OssCall, name: string, byDefault: number): number {
  const text = target.query[name];
  if (text === undefined || text === null) return byDefault;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    throw new ServiceError(
      400,
      'InvalidArgument',
      `Argument ${name} must be an integer between 1 and 1000.`,
      {
        elements: { ArgumentName: name, ArgumentValue: text },
      },
    );
  return limit;
}

/** One row of a listing: an item, or a common prefix of several. */
type Row<T> = { readonly name: string } & ({ readonly item: T } | { readonly prefix: string });

function* rowsOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  prefix: string,
  delimiter: string,
): Generator<Row<T>> {
  let last: string | undefined;
  for (const item of items) {
    const name = keyOf(item);
    const cut = delimiter ? name.indexOf(delimiter, prefix.length) : -1;
    const common = cut < 0 ? undefined : name.slice(0, cut + delimiter.length);
    if (common === undefined) yield { name, item };
    else if (last !== common) yield { name: common, prefix: common };
    last = common;
  }
}

/** The first `count` rows whose names come after a name; stops reading there. */
function rowsAfter<T>(rows: Iterable<Row<T>>, after: string, count: number): Row<T>[] {
  const found: Row<T>[] = [];
  for (const row of rows) {
    if (after !== '' && compareKeys(row.name, after) <= 0) continue;
    found.push(row);
    if (found.length === count) break;
  }
  return found;
}

/** ListObjectsV2; a continuation token is the last name in Base64. */
export function listObjects(call: OssCall): Promise<ServiceResponse> {
  const { query } = call.target;
  const names = namesOf(call);
  const limit = limitOf(call, 'max-keys', 100);
  const prefix = query.prefix ?? '';
  const delimiter = query.delimiter ?? '';
  const token = query['continuation-token'];
  const after = token ? Buffer.from(token, 'base64').toString() : (query['start-after'] ?? '');
  const all = rowsOf(call.storage.objects.list(prefix), ({ key }) => key, prefix, delimiter);
  const rows = rowsAfter(all, after, limit + 1);
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1)?.name : undefined;
  return Promise.resolve(
    xml('ListBucketResult', {
      Name: call.bucket,
      Prefix: names.write(prefix),
      ...(query['start-after'] && { StartAfter: names.write(query['start-after']) }),
      MaxKeys: limit,
      ...(delimiter && { Delimiter: names.write(delimiter) }),
      EncodingType: names.type,
      IsTruncated: last !== undefined,
      ...(token && { ContinuationToken: token }),
      ...(last !== undefined && { NextContinuationToken: Buffer.from(last).toString('base64') }),
      KeyCount: page.length,
      Contents: page.flatMap((row) => ('item' in row ? [contentOf(row.item, names.write)] : [])),
      CommonPrefixes: page.flatMap((row) =>
        'prefix' in row ? [{ Prefix: names.write(row.prefix) }] : [],
      ),
    }),
  );
}

function contentOf(record: ObjectRecord, write: (name: string) => string): XmlChildren {
  return {
    Key: write(record.key),
    LastModified: new Date(record.lastModified).toISOString(),
    ETag: record.etag,
    Type: record.type,
    Size: record.size,
    StorageClass: 'Standard',
  };
}

/** ListMultipartUploads, in pages by key-marker and upload-id-marker. */
export function listMultipartUploads(call: OssCall): Promise<ServiceResponse> {
  const { query } = call.target;
  const names = namesOf(call);
  const limit = limitOf(call, 'max-uploads', 1000);
  const prefix = query.prefix ?? '';
  const keyMarker = query['key-marker'] ?? '';
  const idMarker = keyMarker ? (query['upload-id-marker'] ?? '') : '';
  const isAfter = ({ key, id }: Upload) => {
    const order = compareKeys(key, keyMarker);
    return order > 0 || (order === 0 && idMarker !== '' && compareKeys(id, idMarker) > 0);
  };
  const uploads = call.storage.uploads
    .list(prefix)
    .filter((upload) => !keyMarker || isAfter(upload));
  const page = uploads.slice(0, limit);
  const truncated = uploads.length > limit;
  return Promise.resolve(
    xml('ListMultipartUploadsResult', {
      Bucket: call.bucket,
      EncodingType: names.type,
      KeyMarker: names.write(keyMarker),
      UploadIdMarker: idMarker,
      NextKeyMarker: truncated ? names.write(page.at(-1)!.key) : '',
      NextUploadIdMarker: truncated ? page.at(-1)!.id : '',
      Prefix: names.write(prefix),
      MaxUploads: limit,
      IsTruncated: truncated,
      Upload: page.map(({ key, id, initiated }) => ({
        Key: names.write(key),
        UploadId: id,
        StorageClass: 'Standard',
        Initiated: new Date(initiated).toISOString(),
      })),
    }),
  );
}
