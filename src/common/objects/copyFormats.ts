import { l10n } from 'vscode';
import type { Credential } from '../../core/alibaba/edas/credential';
import { deployUrl, ossUri } from '../../core/oss/signedUrl';
import type { OssClient } from '../../core/oss/client';

/** Formats that depend only on the object. */
export type PlainFormat = 'internalUrl' | 'key' | 'ossUri' | 'url';

/** All formats in which an object can be copied. */
export type CopyFormat = PlainFormat | 'signedUrl';

export const copyFormats: readonly CopyFormat[] = [
  'key',
  'ossUri',
  'url',
  'internalUrl',
  'signedUrl',
];

export function copyFormatLabel(format: CopyFormat): string {
  const labels: Readonly<Record<CopyFormat, string>> = {
    key: l10n.t('Object Key'),
    ossUri: l10n.t('oss:// Path'),
    url: l10n.t('Object URL'),
    internalUrl: l10n.t('Internal URL for EDAS Deployment'),
    signedUrl: l10n.t('Signed URL…'),
  };
  return labels[format];
}

export function formatObject(
  format: PlainFormat,
  key: string,
  credential: Credential,
  oss: Pick<OssClient, 'objectUrl'>,
): string {
  switch (format) {
    case 'key':
      return key;
    case 'ossUri':
      return ossUri(credential, key);
    case 'url':
      return oss.objectUrl({ credential, network: 'public' }, key);
    case 'internalUrl':
      return deployUrl(credential, key);
  }
}
