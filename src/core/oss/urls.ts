import { isIP } from 'node:net';
import { CodedError } from '../errors/catalogue';
import { singleLine } from '../util/displayText';
import { percentEncodePath } from '../util/percent';
import type { OssTarget } from './types';

/**
 * The URL of an object as others may use it.
 *
 * @throws CodedError `key.noUrl` for a segment `.` or `..`, which URL parsers would remove: it would be another object's
 */
export function objectUrl(target: OssTarget, key: string): string {
  if (!hasObjectUrl(key)) {
    throw new CodedError('key.noUrl', { subject: singleLine(key) });
  }
  return requestUrl(target, key);
}

/** False for a key to which no URL leads but in requests of our own. */
export function hasObjectUrl(key: string): boolean {
  return !/(?:^|\/)\.{1,2}(?:\/|$)/.test(key);
}

/**
 * The URL to request an object, or the bucket without a key. The bucket is part of the host name; with an endpoint that
 * is an address or `localhost` (the sandbox), it is the first segment of the path.
 *
 * The HTTP client sends the path as it is. Should anyone on the way remove segments `.` and `..`, the signature, which
 * covers the key, is not valid any more, and OSS refuses the request.
 */
export function requestUrl({ credential, network }: OssTarget, key = ''): string {
  const { protocol, host, hostname } = new URL(credential.endpoints[network]);
  const path = percentEncodePath(key);
  return isAddress(hostname)
    ? `${protocol}//${host}/${credential.bucket}/${path}`
    : `${protocol}//${credential.bucket}.${host}/${path}`;
}

function isAddress(hostname: string): boolean {
  return hostname === 'localhost' || hostname.startsWith('[') || isIP(hostname) !== 0;
}
