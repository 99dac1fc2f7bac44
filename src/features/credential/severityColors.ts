import { FileDecoration, ThemeColor, Uri, window } from 'vscode';
import type { Disposable } from '../../core/util/disposable';
import type { Severity } from './row';

const scheme = 'edas-credential-row';

/** Theme colours; high contrast themes have their own. */
export const toneColors: Readonly<Record<Severity, string>> = {
  error: 'list.errorForeground',
  warning: 'list.warningForeground',
  muted: 'descriptionForeground',
};

/** A made-up resource, because VS Code colours a row's text only by its resource. */
export function toneUri(rowId: string, tone: Severity): Uri {
  return Uri.from({ scheme, path: `/${rowId}`, query: tone });
}

/** Colours the rows that have a tone. */
export function registerToneColors(): Disposable {
  return window.registerFileDecorationProvider({
    provideFileDecoration: (uri) => {
      return uri.scheme === scheme && isTone(uri.query)
        ? new FileDecoration(undefined, undefined, new ThemeColor(toneColors[uri.query]))
        : undefined;
    },
  });
}

function isTone(text: string): text is Severity {
  return Object.hasOwn(toneColors, text);
}
