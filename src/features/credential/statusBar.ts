import { isDeepStrictEqual } from 'node:util';
import { l10n, StatusBarAlignment, ThemeColor } from 'vscode';
import type { Disposable } from '../../core/util/disposable';
import { commandIds } from '../../common/vscode/commandIds';
import { createHover, safeWindow } from '../../common/vscode/safeWindow';
import type { StatusText } from './statusText';

/** The status bar item. */
export class StatusItem implements Disposable {
  readonly #item = safeWindow.createStatusBarItem(
    'edasPackages.credential',
    StatusBarAlignment.Left,
    10,
  );
  #shown: StatusText | undefined;

  constructor() {
    this.#item.name = l10n.t('EDAS Credential');
    this.#item.command = commandIds.showActions;
  }

  show(next: StatusText | undefined): void {
    const last = this.#shown;
    this.#shown = next;
    if (next === undefined) {
      this.#item.hide();
      return;
    }
    this.#item.text = next.text;
    this.#item.backgroundColor =
      next.background && new ThemeColor(`statusBarItem.${next.background}Background`);
    this.#item.accessibilityInformation = { label: next.ariaLabel, role: 'button' };
    // An open hover stays as long as its contents do.
    if (!isDeepStrictEqual(hoverOf(last), hoverOf(next))) {
      this.#item.tooltip = createHover(next.title, next.facts, next.hint);
    }
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}

function hoverOf(shown: StatusText | undefined): readonly unknown[] {
  return [shown?.title, shown?.facts, shown?.hint];
}
