import { redact, type KnownSecrets } from './redact';

/** Hosts of the provider's documents. Not the whole of aliyuncs.com: anybody's bucket is a host in it. */
const helpHosts: readonly string[] = [
  'help.aliyun.com',
  'api.aliyun.com',
  'next.api.aliyun.com',
  'error-center.aliyun.com',
  'error-center.aliyuncs.com',
  'www.alibabacloud.com',
  'help.alibabacloud.com',
  'api.alibabacloud.com',
  'error-center.alibabacloud.com',
];

/** A server's code, request id or EC: a short token without spaces that redaction leaves alone; else undefined. */
export function safeServerToken(
  text: string | undefined,
  known?: KnownSecrets,
): string | undefined {
  return text !== undefined && /^[\w.:-]{1,128}$/.test(text) && redact(text, known) === text
    ? text
    : undefined;
}

/** The help page that a server names in an error: only https, only on the provider's hosts, without secrets. */
export function trustedHelpUrl(text: string | undefined, known?: KnownSecrets): string | undefined {
  if (text === undefined || text.length > 500 || !URL.canParse(text)) {
    return undefined;
  }
  const url = new URL(text);
  const trusted =
    url.protocol === 'https:' &&
    url.port === '' &&
    url.username === '' &&
    url.password === '' &&
    helpHosts.includes(url.hostname);
  return trusted && redact(url.href, known) === url.href ? url.href : undefined;
}
