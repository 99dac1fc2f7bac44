import { l10n, MarkdownString, StatusBarAlignment, ThemeColor, window } from 'vscode';
import type { Disposable } from '../../core/util/disposable';
import { commandIds } from '../../common/vscode/commandIds';
import type { StatusText } from './statusText';

/** The item in the status bar. Touches VS Code only where something has changed, so that an open hover stays. */
export class StatusItem implements Disposable {
  readonly #item = window.createStatusBarItem(
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
    if (last === undefined || hoverOf(last) !== hoverOf(next)) {
      this.#item.tooltip = new MarkdownString(hoverOf(next));
    }
    if (last === undefined) {
      this.#item.show();
    }
  }

  dispose(): void {
    this.#item.dispose();
  }
}

function hoverOf({ title, facts, hint }: StatusText): string {
  const rows = facts.map(([name, value]) => `| ${escaped(name)} | ${escaped(value)} |`);
  return [`**${escaped(title)}**`, '', '| | |', '|:--|:--|', ...rows, '', escaped(hint)].join('\n');
}

/** What comes from a server is text, not Markdown. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~&]/g, '\\$&').replace(/\s+/g, ' ');
}
