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
export function requestUrl(target: OssTarget, key = ''): string {
  const { bucket } = target.credential;
  const { protocol, host, hostname } = endpointOf(target);
  const path = percentEncodePath(key);
  return isAddress(hostname)
    ? `${protocol}//${host}/${bucket}/${path}`
    : `${protocol}//${bucket}.${host}/${path}`;
}

/** The host of `requestUrl`, with the port if it has one. */
export function requestHost(target: OssTarget): string {
  const { host, hostname } = endpointOf(target);
  return isAddress(hostname) ? host : `${target.credential.bucket}.${host}`;
}

interface ParsedEndpoint {
  readonly protocol: string;
  readonly host: string;
  readonly hostname: string;
}

/** The last one: nearly every request goes to the same, and parsing it costs a small file as much as signing. */
let lastEndpoint: { readonly text: string; readonly parsed: ParsedEndpoint } | undefined;

function endpointOf({ credential, network }: OssTarget): ParsedEndpoint {
  const text = credential.endpoints[network];
  if (lastEndpoint?.text !== text) {
    const { protocol, host, hostname } = new URL(text);
    lastEndpoint = { text, parsed: { protocol, host, hostname } };
  }
  return lastEndpoint.parsed;
}

function isAddress(hostname: string): boolean {
  return hostname === 'localhost' || hostname.startsWith('[') || isIP(hostname) !== 0;
}
