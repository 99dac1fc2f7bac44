import { CodedError } from '../errors/catalogue';
import { isLoopbackHost } from '../http/loopback';

/** `[scheme://]host[:port]`, host as name, IPv4 or bracketed IPv6 address. A single slash at the end is ignored. */
const shape = /^(?:([a-z][a-z0-9+.-]*):\/\/)?([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?\/?$/i;

/** Labels of letters, digits and inner hyphens. */
const hostName =
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/**
 * Reads an endpoint that a person typed or a server named: a host, optionally with a scheme and a
 * port; never a path, a query or a user. Without a scheme it is https; http only for hosts of this computer.
 *
 * @returns the normalised origin, `https://host[:port]`
 * @throws CodedError `endpoint.invalid`; `endpoint.insecure` for http to another computer
 */
export function parseEndpoint(text: string): string {
  const trimmed = text.trim();
  const [, scheme, host = ''] = shape.exec(trimmed) ?? [];
  const address = scheme === undefined ? `https://${trimmed}` : trimmed;
  const url = host !== '' && URL.canParse(address) ? new URL(address) : undefined;
  // What the URL parser reads as another host than is written (127.1, 0x7f.1) is refused, not interpreted.
  const isHost =
    host.startsWith('[') || (url?.hostname === host.toLowerCase() && hostName.test(url.hostname));
  if (!url || !/^https?:$/.test(url.protocol) || !isHost || url.port === '0') {
    throw new CodedError('endpoint.invalid', { subject: text });
  }
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
    throw new CodedError('endpoint.insecure', { subject: text });
  }
  return url.origin;
}
