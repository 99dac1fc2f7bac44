import { l10n, QuickPickItemKind, type QuickPickItem } from 'vscode';
import type { Credential } from '../../core/alibaba/edas/credential';
import type { Uses } from '../../common/featureServices';
import { copyObject } from '../../common/objects/copyObject';
import { copyText } from '../../common/vscode/clipboard';
import { copyFormatLabel, copyFormats, type CopyFormat } from '../../common/objects/copyFormats';
import { promptObject } from '../../common/objects/promptObject';
import { networkOf } from '../../common/settings/settings';
import { safeWindow } from '../../common/vscode/safeWindow';

export type CopyDeps = Uses<'accounts' | 'ensureSignedIn' | 'session' | 'transferServices'>;

interface CopyItem extends QuickPickItem {
  readonly text?: string;
  readonly format?: CopyFormat;
}

/** Prompts for what to copy: a value of the credential, or an object in a format. */
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
    ...copyFormats.map((format) => ({ label: copyFormatLabel(format), format })),
  ];
  const chosen = await safeWindow.showQuickPick(items, {
    title: l10n.t('EDAS: Copy'),
    placeHolder: l10n.t('Select what to copy'),
  });
  if (chosen?.text !== undefined) {
    await copyText(chosen.text);
  } else if (chosen?.format !== undefined) {
    await copyInFormat(chosen.format, credential, deps);
  }
}

/** Copies the unsigned URL of an object. */
export async function copyObjectUrl(deps: CopyDeps): Promise<void> {
  if (await deps.ensureSignedIn()) {
    await copyInFormat('url', await deps.session.current(), deps);
  }
}

async function copyInFormat(
  format: CopyFormat,
  credential: Credential,
  deps: CopyDeps,
): Promise<void> {
  const { manager } = await deps.transferServices.get();
  await manager.loadStored();
  const title = l10n.t('EDAS: Copy {0}', copyFormatLabel(format).replace(/…$/, ''));
  const key = await promptObject(title, credential, manager.transfers);
  if (key !== undefined) {
    await copyObject(format, { key, location: credential }, deps);
  }
}
