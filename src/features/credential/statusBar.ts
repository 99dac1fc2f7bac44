import { isDeepStrictEqual } from 'node:util';
import { l10n, StatusBarAlignment, ThemeColor } from 'vscode';
import type { Disposable } from '../../core/util/disposable';
import { commandIds } from '../../common/vscode/commandIds';
import { createHover, safeWindow } from '../../common/vscode/safeWindow';
import type { StatusText } from './statusText';

/** The status bar item. Sets only what has changed, so that an open hover stays. */
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
    if (last?.background !== next.background) {
      this.#item.backgroundColor =
        next.background && new ThemeColor(`statusBarItem.${next.background}Background`);
    }
    if (last?.ariaLabel !== next.ariaLabel) {
      this.#item.accessibilityInformation = { label: next.ariaLabel, role: 'button' };
    }
    if (
      last === undefined ||
      !isDeepStrictEqual([last.title, last.facts, last.hint], [next.title, next.facts, next.hint])
    ) {
      this.#item.tooltip = createHover(next.title, next.facts, next.hint);
    }
    if (last === undefined) {
      this.#item.show();
    }
  }

  dispose(): void {
    this.#item.dispose();
  }
}
