import { l10n } from 'vscode';
import type { Credential } from '../../core/alibaba/edas/credential';
import { hasCode } from '../../core/errors/catalogue';
import { baseName, joinKey } from '../../core/oss/objectKey';
import { singleLine } from '../../core/util/displayText';
import type { Transfer } from '../../core/transfer/manager';
import { activeFile } from '../vscode/activeFile';
import { errorMessageOf } from '../vscode/reporter';
import { safeWindow, type PickItem } from '../vscode/safeWindow';
import { objectNameOf } from './objectName';
import { recentKeys } from './recentKeys';

interface ObjectItem extends PickItem {
  /** Absent for the item that leads to entering a name. */
  readonly key?: string;
}

/**
 * Prompts for an object: one that was uploaded, or one by its name.
 * @param isWanted whether to offer the object with this key; default: all
 * @returns its key
 */
export async function promptObject(
  title: string,
  credential: Credential,
  transfers: readonly Transfer[],
  isWanted: (key: string) => boolean = () => true,
): Promise<string | undefined> {
  const recent = recentKeys(transfers, credential).filter(isWanted);
  if (recent.length === 0) {
    return promptName(title, credential.keyPrefix);
  }
  const items: readonly ObjectItem[] = [
    ...recent.map((key) => ({
      label: singleLine(baseName(key)),
      description: singleLine(key),
      key,
    })),
    { icon: 'edit', label: l10n.t('Another Object…'), alwaysShow: true },
  ];
  const chosen = await safeWindow.showQuickPick(items, {
    title,
    placeHolder: l10n.t('Object that was uploaded'),
    matchOnDescription: true,
  });
  return chosen === undefined || chosen.key !== undefined
    ? chosen?.key
    : promptName(title, credential.keyPrefix);
}

async function promptName(title: string, prefix: string): Promise<string | undefined> {
  const name = await safeWindow.showInputBox({
    title,
    prompt: l10n.t('Name of the object under {0}/', prefix),
    value: await suggestion(),
    ignoreFocusOut: true,
    validateInput: (text) => {
      try {
        joinKey(prefix, text.trim());
        return undefined;
      } catch (error) {
        return errorMessageOf(error);
      }
    },
  });
  return name === undefined ? undefined : joinKey(prefix, name.trim());
}

/** The name of the active editor's file; empty if the template is invalid, which is reported when it is used. */
async function suggestion(): Promise<string> {
  const file = activeFile();
  try {
    return file === undefined ? '' : await objectNameOf(file);
  } catch (error) {
    if (hasCode(error)) {
      return '';
    }
    throw error;
  }
}
