import { singleLine } from './displayText';
import type { Secret } from './secret';

/** Secrets that we know and that must not appear in a server's message. */
export interface KnownSecrets {
  readonly accessKeyId: string;
  readonly accessKeySecret: Secret;
  readonly securityToken?: Secret;
}

const mask = '[hidden]';
/** How much of a message is examined, and how much of that is shown at most; characters. */
const maxRead = 4_000;
const maxShown = 600;

/** The start of an echo of what was signed, which contains the AccessKey ID and, with STS, the token. */
const echo =
  /\b(?:the )?(?:server(?:'s)? )?(?:string[ _-]?to[ _-]?sign|canonical(?:ized)?[ _-]?(?:request|string|resource|headers?))\b/i;

/** `Signature=…`, `x-oss-security-token: …`, `"AccessKeySecret":"…"` and the like: the value is hidden, the name stays. */
const namedValue =
  /((?:signature|security[_-]?token|access[_-]?key[_-]?secret)(?:provided)?["']?(?: ?[:=] ?|%3d)["'[]?)[^\s"',;&\]<>]+/gi;

/**
 * What looks like a signature, an STS token or a secret, so that unknown secrets are hidden too, such as those in a
 * response that could not be read. A secret is a run of at least 28 letters and digits, mixed.
 */
const looksSecret =
  /\b[0-9a-f]{64}\b|\bCAI[A-Za-z0-9+/=%_-]{24,}|(?<![A-Za-z0-9])(?=[A-Z0-9]*[a-z])(?=[a-z0-9]*[A-Z])(?=[A-Za-z]*\d)[A-Za-z0-9]{28,}/g;

/** AccessKey ids of accounts, RAM users and STS. */
const looksLikeId = /\b(?:LTAI|STS\.|TMP\.)[A-Za-z0-9]{4,}/g;

/**
 * What may be shown and logged of a server's message: one line of at most 600 characters, without the echo of what was
 * signed, without secrets, tokens and signatures, and with only the last four characters of AccessKey IDs.
 */
export function redact(message: string, known?: KnownSecrets): string {
  let text = message;
  for (const form of known ? formsOfSecrets(known) : []) {
    text = text.replaceAll(form, mask);
  }
  if (known && known.accessKeyId !== '') {
    text = text.replaceAll(known.accessKeyId, maskAccessKeyId(known.accessKeyId));
  }
  text = withoutEcho(singleLine(text.slice(0, maxRead).replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')))
    .replace(namedValue, `$1${mask}`)
    .replace(looksSecret, mask)
    .replace(looksLikeId, maskAccessKeyId)
    .trim();
  return text.length > maxShown ? `${text.slice(0, maxShown).replace(/\p{Cs}$/u, '')}…` : text;
}

function withoutEcho(text: string): string {
  const start = text.search(echo);
  return start < 0 ? text : text.slice(0, start).replace(/[\s,;.:([]+$/, '');
}

/**
 * `LTAI5tSandboxKey0001` → `****0001`: in ASCII, as Alibaba Cloud masks it, because it is part of a server's message
 * and in logs. Our own texts for people have dots (`masked`).
 */
function maskAccessKeyId(accessKeyId: string): string {
  return `****${accessKeyId.slice(-4)}`;
}

/** The secrets as plain text, URL-encoded, in JSON and in Base64; the longest first. */
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
