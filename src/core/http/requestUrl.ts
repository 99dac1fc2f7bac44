import { CodedError } from '../errors/catalogue';
import { isLoopbackHost } from './loopback';

/**
 * Reads the URL of a request and refuses where no request may go.
 * @throws CodedError `endpoint.insecure` for http to a host that is not this computer; `endpoint.invalid`.
 */
export function parseRequestUrl(text: string): URL {
  const url = parse(text);
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new CodedError('endpoint.invalid', { subject: text.split('?')[0] ?? '' });
  }
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
    throw new CodedError('endpoint.insecure', { host: url.host, subject: url.origin });
  }
  return url;
}

/** One parse: with `URL.canParse` before it, small files would pay for two. */
function parse(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
