import { env, l10n, window, type QuickPickItem } from 'vscode';
import type { Credential } from '../core/edas/credential';
import { shownKey } from '../core/oss/objectKey';
import type { CredentialSession } from '../core/session/session';
import { copyText } from './copyText';
import { formatInstant } from './format';
import type { Lazy } from './lazy';
import { objectText, type ObjectForm } from './objectForms';
import { needsNewerCredential, signedEnd, signedLives, type SignedLife } from './signedLife';
import type { TransferTools } from './transferTools';

export interface CopyObjectDeps {
  readonly session: CredentialSession;
  readonly tools: Lazy<TransferTools>;
}

/** Copies an object in one of its forms; asks how long a signed URL shall live. */
export async function copyObject(
  form: ObjectForm,
  key: string,
  deps: CopyObjectDeps,
): Promise<void> {
  const credential = await deps.session.current();
  const { oss } = await deps.tools.get();
  if (form !== 'signedUrl') {
    await copyText(objectText(form, key, credential, oss));
    return;
  }
  const life = await askLife(credential, deps.session.clock.now());
  if (life !== undefined) {
    await copySigned(key, life, deps);
  }
}

interface LifeItem extends QuickPickItem {
  readonly life: SignedLife;
}

async function askLife(credential: Credential, now: number): Promise<SignedLife | undefined> {
  const items = signedLives.map((life): LifeItem => {
    const fresh = needsNewerCredential(life, credential, now);
    const ends = formatInstant(signedEnd(life, credential, now).endsAt, now, env.language);
    return {
      life,
      label: lifeName(life),
      description: fresh ? l10n.t('with a new credential') : l10n.t('until {0}', ends),
    };
  });
  const chosen = await window.showQuickPick(items, {
    title: l10n.t('EDAS: Copy Signed URL'),
    placeHolder: l10n.t('Anyone with the URL can download the object. How long should it work?'),
  });
  return chosen?.life;
}

function lifeName(life: SignedLife): string {
  switch (life) {
    case '15min':
      return l10n.t('15 Minutes');
    case '1h':
      return l10n.t('1 Hour');
    case 'credential':
      return l10n.t('Until the Credential Ends');
  }
}

/** The URL is a secret of its own: it is on the clipboard and nowhere else. */
async function copySigned(
  key: string,
  life: SignedLife,
  { session, tools }: CopyObjectDeps,
): Promise<void> {
  const { oss } = await tools.get();
  const held = await session.current();
  const credential = needsNewerCredential(life, held, session.clock.now())
    ? await session.fetch({ asked: true })
    : held;
  const now = session.clock.now();
  const { seconds, endsAt, withCredential } = signedEnd(life, credential, now);
  await env.clipboard.writeText(oss.signedUrl({ credential, network: 'public' }, { key, seconds }));
  const [name, ends] = [shownKey(key), formatInstant(endsAt, now, env.language)];
  void window.showInformationMessage(
    withCredential
      ? l10n.t(
          'Copied a signed URL for “{0}”. It works until {1}, when the credential expires.',
          name,
          ends,
        )
      : l10n.t('Copied a signed URL for “{0}”. It works until {1}.', name, ends),
  );
}
