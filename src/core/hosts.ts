import { isIP } from 'node:net';

/** A host name as in a URL: an IPv6 address may stand in brackets. */
function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '').toLowerCase();
}

/** True for hosts that never leave this computer: `localhost`, 127.0.0.0/8 and `::1`. */
export function isLoopback(hostname: string): boolean {
  const host = bare(hostname);
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** True for hosts that cannot have a bucket's name put before them: addresses and `localhost`. */
export function isAddress(hostname: string): boolean {
  const host = bare(hostname);
  return host === 'localhost' || isIP(host) !== 0;
}
