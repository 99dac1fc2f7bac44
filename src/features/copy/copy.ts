import { l10n, QuickPickItemKind, type QuickPickItem } from 'vscode';
import type { Credential } from '../../core/alibaba/edas/credential';
import type { CurrentAccount } from '../../common/account';
import { copyObject, type CopyObjectDeps } from '../../common/objects/copyObject';
import { copyText } from '../../common/vscode/clipboard';
import { copyFormatLabel, copyFormats, type CopyFormat } from '../../common/objects/copyFormats';
import { askObject } from '../../common/objects/promptObject';
import { networkOf } from '../../common/settings/settings';
import { safeWindow } from '../../common/vscode/safeWindow';

export interface CopyDeps extends CopyObjectDeps {
  readonly accounts: CurrentAccount;
  /** Signs in when nobody is; false when the person left. */
  readonly ensureSignedIn: () => Promise<boolean>;
}

interface CopyItem extends QuickPickItem {
  readonly text?: string;
  readonly form?: CopyFormat;
}

/** Asks what to copy: a fact of the credential, or an object in one of its forms. */
export async function copy(deps: CopyDeps): Promise<void> {
  if (!(await deps.ensureSignedIn())) {
    return;
  }
  const credential = await deps.session.current();
  const endpoint = credential.endpoints[networkOf(deps.accounts.current)];
  const fact = (label: string, text: string): CopyItem => ({ label, description: text, text });
  const items: readonly CopyItem[] = [
    fact(l10n.t('Bucket'), credential.bucket),
    fact(l10n.t('Package prefix'), credential.keyPrefix),
    fact(l10n.t('Endpoint in use'), endpoint),
    { label: l10n.t('For an object'), kind: QuickPickItemKind.Separator },
    ...copyFormats.map((form) => ({ label: copyFormatLabel(form), form })),
  ];
  const chosen = await safeWindow.showQuickPick(items, {
    title: l10n.t('EDAS: Copy'),
    placeHolder: l10n.t('Select what to copy'),
  });
  if (chosen?.text !== undefined) {
    await copyText(chosen.text);
  } else if (chosen?.form !== undefined) {
    await copyFormOf(chosen.form, credential, deps);
  }
}

/** Copies the unsigned URL of an object. */
export async function copyObjectUrl(deps: CopyDeps): Promise<void> {
  if (await deps.ensureSignedIn()) {
    await copyFormOf('url', await deps.session.current(), deps);
  }
}

async function copyFormOf(form: CopyFormat, credential: Credential, deps: CopyDeps): Promise<void> {
  const { manager } = await deps.tools.get();
  await manager.loadStored();
  const title = l10n.t('EDAS: Copy {0}', copyFormatLabel(form).replace(/…$/, ''));
  const key = await askObject(title, credential, manager.transfers);
  if (key !== undefined) {
    await copyObject(form, key, deps);
  }
}
