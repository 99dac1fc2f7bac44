import { l10n } from 'vscode';
import type { Credential } from '../../core/alibaba/edas/credential';
import { assertSameLocation, type PackageLocation } from '../../core/credential/packageLocation';
import { singleLine } from '../../core/util/displayText';
import { copySecret, copyText } from '../vscode/clipboard';
import { formatTime } from '../messages/format';
import { formatObject, type CopyFormat } from './copyFormats';
import { needsFreshCredential, urlExpiry, urlLifetimes, type UrlLifetime } from './urlLifetime';
import type { Uses } from '../featureServices';
import { safeWindow } from '../vscode/safeWindow';

export type CopyObjectDeps = Uses<'session' | 'transferServices'>;

export interface CopiedObject {
  readonly key: string;
  /** Where the object is, or was named. */
  readonly location: PackageLocation;
}

/**
 * Copies an object in a format; prompts for the lifetime of a signed URL.
 * @throws CodedError `transfer.locationChanged` when the account was switched: the other bucket may have the same key
 */
export async function copyObject(
  format: CopyFormat,
  object: CopiedObject,
  deps: CopyObjectDeps,
): Promise<void> {
  const { key, location } = object;
  const credential = await deps.session.current();
  assertSameLocation(credential, location, key);
  const { oss } = await deps.transferServices.get();
  if (format !== 'signedUrl') {
    await copyText(formatObject(format, key, credential, oss));
    return;
  }
  const lifetime = await promptLifetime(credential, deps.session.clock.now());
  if (lifetime !== undefined) {
    await copySigned(object, lifetime, deps);
  }
}

async function promptLifetime(
  credential: Credential,
  now: number,
): Promise<UrlLifetime | undefined> {
  const items = urlLifetimes.map((lifetime) => {
    const fresh = needsFreshCredential(lifetime, credential, now);
    const expires = formatTime(urlExpiry(lifetime, credential, now).endsAt, now);
    return {
      lifetime,
      label: lifetimeLabel(lifetime),
      description: fresh ? l10n.t('with a new credential') : l10n.t('until {0}', expires),
    };
  });
  const chosen = await safeWindow.showQuickPick(items, {
    title: l10n.t('EDAS: Copy Signed URL'),
    placeHolder: l10n.t(
      'Anyone with the URL can download the object. How long should it be valid?',
    ),
  });
  return chosen?.lifetime;
}

function lifetimeLabel(lifetime: UrlLifetime): string {
  const labels: Readonly<Record<UrlLifetime, string>> = {
    '15min': l10n.t('15 Minutes'),
    '1h': l10n.t('1 Hour'),
    credential: l10n.t('Until the Credential Expires'),
  };
  return labels[lifetime];
}

/** A signed URL is a secret: it is copied, and shown nowhere. */
async function copySigned(
  { key, location }: CopiedObject,
  lifetime: UrlLifetime,
  { session, transferServices }: CopyObjectDeps,
): Promise<void> {
  const { oss } = await transferServices.get();
  const held = await session.current();
  const credential = needsFreshCredential(lifetime, held, session.clock.now())
    ? await session.fetch({ userInitiated: true })
    : held;
  // The account may have been switched during the prompt.
  assertSameLocation(credential, location, key);
  const now = session.clock.now();
  const { seconds, endsAt, withCredential } = urlExpiry(lifetime, credential, now);
  await copySecret(oss.signedUrl({ credential, network: 'public' }, { key, seconds }));
  const [name, expires] = [singleLine(key), formatTime(endsAt, now)];
  void safeWindow.showInformationMessage(
    withCredential
      ? l10n.t(
          'Copied a signed URL for “{0}”. It works until {1}, when the credential expires.',
          name,
          expires,
        )
      : l10n.t('Copied a signed URL for “{0}”. It works until {1}.', name, expires),
  );
}
