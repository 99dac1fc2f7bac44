import type { Secret } from './secret';

/** What must not be seen in a server's words, because we know it. */
export interface KnownSecrets {
  readonly accessKeyId: string;
  readonly accessKeySecret: Secret;
  readonly securityToken?: Secret;
}

const mask = '[hidden]';
const maxLength = 600;

/** Where a gateway or OSS begins to echo what it signed: that holds the AccessKey id and, with STS, the token. */
const echo =
  /[\s,;.:([]*\b(?:the\s+)?(?:server(?:'s)?\s+)?(?:string[\s_-]*to[\s_-]*sign|canonical(?:ized)?[\s_-]*(?:request|string|resource|headers?))\b[^]*$/i;

/** `Signature=…`, `x-oss-security-token: …`, `"AccessKeySecret":"…"` and the like: the value goes, the name stays. */
const namedValue =
  /((?:signature|security[_-]?token|access[_-]?key[_-]?secret|stringtosign)(?:provided)?["']?\s*(?:[:=]|%3d|\bis\b)\s*["'[]?)[^\s"',;&\]<>]+/gi;

/** Values that look like signatures or STS tokens wherever they stand. */
const looksSecret = /\b[0-9a-f]{64}\b|\bCAI[A-Za-z0-9+/=%_-]{24,}/g;

/** AccessKey ids of accounts, RAM users and STS. */
const looksLikeId = /\b(?:LTAI|STS\.|TMP\.)[A-Za-z0-9]{4,}/g;

/**
 * What may be shown and logged of a sentence that a server wrote: one line of at most 600 characters, without the
 * echo of what was signed, without secrets, tokens and signatures, with AccessKey ids masked to their last four.
 */
export function redact(message: string, known?: KnownSecrets): string {
  let text = message.replace(echo, '');
  for (const form of known ? formsOfSecrets(known) : []) {
    text = text.replaceAll(form, mask);
  }
  if (known && known.accessKeyId !== '') {
    text = text.replaceAll(known.accessKeyId, maskId(known.accessKeyId));
  }
  text = text
    .replace(namedValue, `$1${mask}`)
    .replace(looksSecret, mask)
    .replace(looksLikeId, maskId)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return text.length > maxLength ? `${text.slice(0, maxLength).replace(/\p{Cs}$/u, '')}…` : text;
}

/** `LTAI5tSandboxKey0001` → `****0001`. */
export function maskId(accessKeyId: string): string {
  return `****${accessKeyId.slice(-4)}`;
}

/** Plain, and as the secrets stand in a URL, in JSON and in Base64; the longest first. */
function formsOfSecrets({ accessKeySecret, securityToken }: KnownSecrets): string[] {
  return [accessKeySecret, securityToken]
    .map((secret) => secret?.reveal() ?? '')
    .filter((text) => text !== '')
    .flatMap((text) => [
      text,
      encodeURIComponent(text),
      JSON.stringify(text).slice(1, -1),
      Buffer.from(text).toString('base64'),
    ])
    .sort((a, b) => b.length - a.length);
}
