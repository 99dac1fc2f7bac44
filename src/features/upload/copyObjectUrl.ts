import { l10n, window, type QuickPickItem, type Uri } from 'vscode';
import type { CredentialSession } from '../../core/session/session';
import { isCoded } from '../../core/errors';
import { joinKey } from '../../core/oss/objectKey';
import type { Lazy } from '../../kit/lazy';
import { objectNameOf } from '../../kit/objectName';
import { sentenceOf } from '../../kit/report';
import type { TransferTools } from '../../kit/transferTools';
import { activeFile } from './chosenFiles';
import { lastPartOf } from './freeKey';
import { copyLines, type UploadedObject } from './results';

export interface CopyObjectUrlDeps {
  readonly session: CredentialSession;
  readonly tools: Lazy<TransferTools>;
  readonly recent: readonly UploadedObject[];
}

/** Copies the unsigned URL of an object: one of those just uploaded, or one that is named. */
export async function copyObjectUrl({ session, tools, recent }: CopyObjectUrlDeps): Promise<void> {
  const chosen = recent.length === 0 ? 'other' : await askRecent(recent);
  if (chosen === undefined) {
    return;
  }
  if (chosen !== 'other') {
    await copyLines([chosen.url]);
    return;
  }
  const credential = await session.current();
  const name = await askName(credential.keyPrefix);
  if (name !== undefined) {
    const { oss } = await tools.get();
    const key = joinKey(credential.keyPrefix, name);
    await copyLines([oss.objectUrl({ credential, network: 'public' }, key)]);
  }
}

async function askRecent(
  recent: readonly UploadedObject[],
): Promise<UploadedObject | 'other' | undefined> {
  type Item = QuickPickItem & { readonly object: UploadedObject | 'other' };
  const items: readonly Item[] = [
    ...recent.map((object) => ({
      label: lastPartOf(object.key),
      description: object.key,
      object,
    })),
    { label: `$(edit) ${l10n.t('Another Object…')}`, object: 'other' },
  ];
  const chosen = await window.showQuickPick(items, {
    title: l10n.t('EDAS: Copy Object URL'),
    placeHolder: l10n.t('Object that was uploaded'),
  });
  return chosen?.object;
}

async function askName(prefix: string): Promise<string | undefined> {
  const active = activeFile();
  const name = await window.showInputBox({
    title: l10n.t('EDAS: Copy Object URL'),
    prompt: l10n.t('Name of the object under {0}/', prefix),
    value: active === undefined ? '' : await suggestionFor(active),
    ignoreFocusOut: true,
    validateInput: (text) => {
      try {
        joinKey(prefix, text.trim());
        return undefined;
      } catch (error) {
        return sentenceOf(error);
      }
    },
  });
  return name?.trim();
}

/** A template that is wrong makes no suggestion; its fault is told when it is used. */
async function suggestionFor(file: Uri): Promise<string> {
  try {
    return await objectNameOf(file);
  } catch (error) {
    if (isCoded(error)) {
      return '';
    }
    throw error;
  }
}
