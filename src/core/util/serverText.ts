import { redact, type KnownSecrets } from './redact';

/** Where the provider's pages about failures stand. */
const providers = /(?:^|\.)(?:aliyun|alibabacloud|aliyuncs)\.com$/;

/** A server's code, request id or EC: a short token without spaces that redaction leaves alone; else undefined. */
export function safeServerToken(
  text: string | undefined,
  known?: KnownSecrets,
): string | undefined {
  return text !== undefined && /^[\w.:-]{1,128}$/.test(text) && redact(text, known) === text
    ? text
    : undefined;
}

/** The page that a server recommends about a failure: only https, only the provider's own, without secrets. */
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
    providers.test(url.hostname);
  return trusted && redact(url.href, known) === url.href ? url.href : undefined;
}
