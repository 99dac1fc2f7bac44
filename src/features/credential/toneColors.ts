import { FileDecoration, ThemeColor, Uri, window } from 'vscode';
import type { Disposable } from '../../core/disposable';
import type { Tone } from './rows';

const scheme = 'edas-credential-row';

const colors: Readonly<Record<string, string>> = {
  error: 'list.errorForeground',
  warning: 'list.warningForeground',
  muted: 'disabledForeground',
};

/** A made-up resource, because VS Code colours a row's text only by its resource. */
export function toneUri(rowId: string, tone: Tone): Uri {
  return Uri.from({ scheme, path: `/${rowId}`, query: tone });
}

/** Colours the rows that have a tone. */
export function registerToneColors(): Disposable {
  return window.registerFileDecorationProvider({
    provideFileDecoration: (uri) => {
      const color = uri.scheme === scheme ? colors[uri.query] : undefined;
      return color === undefined
        ? undefined
        : new FileDecoration(undefined, undefined, new ThemeColor(color));
    },
  });
}
