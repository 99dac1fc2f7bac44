import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

import { ServiceError } from '../server/errors';
import type { RequestSubject } from '../server/service';
import { operationOf } from './operationOf';

/** What a request addresses. */
export interface Target extends RequestSubject {
  /** Empty: the service itself. */
  readonly bucket: string;
  /** Empty: the bucket. */
  readonly key: string;
  /** Decoded; null where there is no value. */
  readonly query: Readonly<Record<string, string | null>>;
  /** `second-level` is path style on a public host, which OSS refuses. */
  readonly style: 'virtual-host' | 'path' | 'second-level';
  /** Region in the host's name, if it has one. */
  readonly hostRegion?: string;
  /** The name of the object is not valid. */
  readonly problem?: ServiceError;
}

/** Reads Host, path and query. Virtual-host style on `<bucket>.oss-<region>….aliyuncs.com`, path style on IP and localhost. */
export function readTarget(request: IncomingMessage): Target {
  const [rawPath = '', rawQuery = ''] = splitOnce(request.url ?? '/', '?');
  const host = (request.headers.host ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  const named = /^(?:([a-z0-9-]+)\.)?oss-([a-z0-9-]+?)(?:-internal)?\.aliyuncs\.com$/.exec(host);
  const loopback = isIP(host) > 0 || host === 'localhost';
  const virtual = !loopback && named?.[1] !== undefined;
  const style = virtual ? 'virtual-host' : loopback ? 'path' : 'second-level';
  const [bucket = '', rawKey = ''] = virtual
    ? [named[1], rawPath.slice(1)]
    : splitOnce(rawPath.slice(1), '/');
  const query = readQuery(rawQuery);
  const { key, problem } = readKey(rawKey);
  const partNumber = Number(query.partNumber ?? NaN);
  return {
    operation: bucket ? operationOf(request, key, query) : 'Unknown',
    bucket,
    key,
    query,
    style,
    ...(Number.isInteger(partNumber) && { partNumber }),
    ...(query.uploadId && { uploadId: query.uploadId }),
    ...(named?.[2] !== undefined && { hostRegion: named[2] }),
    ...(problem && { problem }),
  };
}

function readKey(raw: string): { key: string; problem?: ServiceError } {
  let key = raw;
  try {
    key = decodeURIComponent(raw);
  } catch {
    return { key, problem: invalid('The specified object is not valid.') };
  }
  if (Buffer.byteLength(key) > 1023)
    return { key, problem: invalid('The length of object name must be less than 1024.') };
  if (/^[/\\]/.test(key)) return { key, problem: invalid('The specified object is not valid.') };
  return { key };
}

function invalid(message: string): ServiceError {
  return new ServiceError(400, 'InvalidObjectName', message);
}

function readQuery(raw: string): Record<string, string | null> {
  const query: Record<string, string | null> = {};
  for (const pair of raw.split('&').filter(Boolean)) {
    const [name = '', value = ''] = splitOnce(pair, '=').map(decode);
    query[name] = value === '' ? null : value;
  }
  return query;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
