import { l10n, window, type QuickPickItem } from 'vscode';
import { refuseMoved } from '../../core/edas/place';
import { copyObject, type CopyObjectDeps } from '../../kit/copyObject';
import { copyText } from '../../kit/copyText';
import {
  objectFormName,
  objectForms,
  objectText,
  type ObjectForm,
  type PlainForm,
} from '../../kit/objectForms';
import type { ObjectEntry } from './entries';

interface FormItem extends QuickPickItem {
  readonly form: ObjectForm;
}

/** Asks in which form objects are to be copied, and copies them, one a line. */
export async function copyObjects(
  objects: readonly ObjectEntry[],
  deps: CopyObjectDeps,
): Promise<void> {
  const keys = objects.map(({ key }) => key);
  const [key, ...others] = keys;
  if (key === undefined) {
    return;
  }
  const credential = await deps.session.current();
  objects.forEach((object) => refuseMoved(credential, object.place, object.key));
  const { oss } = await deps.tools.get();
  const textOf = (form: PlainForm): string =>
    keys.map((each) => objectText(form, each, credential, oss)).join('\n');
  const items: readonly FormItem[] = objectForms
    // A signed URL is asked about and told about one by one.
    .filter((form) => form !== 'signedUrl' || others.length === 0)
    .map((form) => ({
      form,
      label: objectFormName(form, l10n),
      ...(form !== 'signedUrl' && others.length === 0 && { description: textOf(form) }),
    }));
  const chosen = await window.showQuickPick(items, {
    title:
      others.length === 0 ? l10n.t('EDAS: Copy') : l10n.t('EDAS: Copy {0} Objects', keys.length),
    placeHolder: l10n.t('What to copy'),
  });
  if (chosen?.form === 'signedUrl') {
    await copyObject('signedUrl', key, deps);
  } else if (chosen !== undefined) {
    await copyText(textOf(chosen.form));
  }
}
