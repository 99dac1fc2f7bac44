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
  switch (format) {
    case 'key':
      return l10n.t('Object Key');
    case 'ossUri':
      return l10n.t('oss:// Path');
    case 'url':
      return l10n.t('Object URL');
    case 'internalUrl':
      return l10n.t('Internal URL for EDAS Deployment');
    case 'signedUrl':
      return l10n.t('Signed URL…');
  }
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
