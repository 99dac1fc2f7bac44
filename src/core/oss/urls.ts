import { isIP } from 'node:net';
import { CodedError } from '../errors/catalogue';
import { percentEncodePath } from '../util/percent';
import type { OssTarget } from './types';

/**
 * The URL of an object, or of the bucket without a key. The bucket is part of the host name; with an endpoint that is an
 * address or `localhost` (the sandbox), it is the first segment of the path.
 *
 * @throws CodedError `key.outsidePrefix` for a segment `.` or `..`, which URL parsers would remove
 */
export function objectUrl({ credential, network }: OssTarget, key = ''): string {
  if (/(?:^|\/)\.{1,2}(?:\/|$)/.test(key)) {
    throw new CodedError('key.outsidePrefix', { subject: key, detail: credential.keyPrefix });
  }
  const { protocol, host, hostname } = new URL(credential.endpoints[network]);
  const path = percentEncodePath(key);
  return isAddress(hostname)
    ? `${protocol}//${host}/${credential.bucket}/${path}`
    : `${protocol}//${credential.bucket}.${host}/${path}`;
}

function isAddress(hostname: string): boolean {
  return hostname === 'localhost' || hostname.startsWith('[') || isIP(hostname) !== 0;
}
