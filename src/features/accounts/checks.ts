import type { L10n } from '../../kit/l10n';

/** What a box says about the text in it: a fault keeps the person from going on, a doubt does not. */
export interface Remark {
  readonly text: string;
  readonly isFault: boolean;
}

/** True for a temporary key, which needs its security token too. */
export function isTemporary(accessKeyId: string): boolean {
  return accessKeyId.trim().startsWith('STS.');
}

export function checkAccessKeyId(text: string, l10n: L10n): Remark | undefined {
  const id = text.trim();
  return (
    checkText(id, l10n.t('Enter the AccessKey ID.'), l10n) ??
    (/^(LTAI|STS\.)/.test(id)
      ? undefined
      : doubt(l10n.t('An AccessKey ID usually begins with LTAI. Go on if yours does not.')))
  );
}

export function checkSecret(text: string, l10n: L10n): Remark | undefined {
  const secret = text.trim();
  return (
    checkText(secret, l10n.t('Enter the AccessKey secret.'), l10n) ??
    (secret.startsWith('LTAI')
      ? doubt(l10n.t('This looks like an AccessKey ID, not like a secret.'))
      : undefined)
  );
}

export function checkToken(text: string, l10n: L10n): Remark | undefined {
  return checkText(text.trim(), l10n.t('Enter the security token of the temporary key.'), l10n);
}

/** Ids of regions, also of private clouds. */
export function isRegionId(text: string): boolean {
  return /^[a-z][a-z0-9]*(-[a-z0-9]+)+$/.test(text);
}

function checkText(text: string, empty: string, l10n: L10n): Remark | undefined {
  if (text === '') {
    return fault(empty);
  }
  if (/\s/.test(text)) {
    return fault(l10n.t('There is a space or a line break inside. Copy it again.'));
  }
  if (/[^\x21-\x7e]/.test(text)) {
    return fault(l10n.t('There is a character that no key has. Copy it again.'));
  }
  return undefined;
}

function fault(text: string): Remark {
  return { text, isFault: true };
}

function doubt(text: string): Remark {
  return { text, isFault: false };
}
