import { l10n } from 'vscode';
import { hasObjectUrl } from '../../core/oss/urls';
import { assertSameLocation } from '../../core/credential/packageLocation';
import { copyObject, type CopyObjectDeps } from '../../common/objects/copyObject';
import { copyText } from '../../common/vscode/clipboard';
import {
  copyFormatLabel,
  copyFormats,
  formatObject,
  type PlainFormat,
} from '../../common/objects/copyFormats';
import type { ObjectEntry } from '../../common/objects/entries';
import { safeWindow } from '../../common/vscode/safeWindow';

/** Prompts for the format, and copies the objects in it, one a line. */
export async function copyObjects(
  objects: readonly ObjectEntry[],
  deps: CopyObjectDeps,
): Promise<void> {
  const keys = objects.map(({ key }) => key);
  const [first, ...others] = objects;
  if (first === undefined) {
    return;
  }
  const credential = await deps.session.current();
  objects.forEach((object) => assertSameLocation(credential, object.location, object.key));
  const { oss } = await deps.transferServices.get();
  const linesOf = (form: PlainFormat): readonly string[] =>
    keys.map((each) => formatObject(form, each, credential, oss));
  const withoutUrl = keys.find((each) => !hasObjectUrl(each));
  const items = copyFormats
    .filter((form) => withoutUrl === undefined || form === 'key' || form === 'ossUri')
    // A signed URL has a prompt and a message of its own.
    .filter((form) => form !== 'signedUrl' || others.length === 0)
    .map((form) => ({
      form,
      label: copyFormatLabel(form),
      description: form !== 'signedUrl' && others.length === 0 ? linesOf(form)[0] : undefined,
    }));
  const chosen = await safeWindow.showQuickPick(items, {
    title:
      others.length === 0 ? l10n.t('EDAS: Copy') : l10n.t('EDAS: Copy {0} Objects', keys.length),
    placeHolder:
      withoutUrl === undefined
        ? l10n.t('Select what to copy')
        : l10n.t('What to copy. No URL leads to “{0}”, because of the dots in it.', withoutUrl),
  });
  if (chosen?.form === 'signedUrl') {
    await copyObject('signedUrl', first, deps);
  } else if (chosen !== undefined) {
    await copyText(linesOf(chosen.form));
  }
}
