import {
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  window,
  type AccessibilityInformation,
  type CancellationToken,
  type InputBox,
  type InputBoxOptions,
  type MessageOptions,
  type OpenDialogOptions,
  type Progress,
  type ProgressOptions,
  type QuickInputButton,
  type QuickPick,
  type QuickPickItem,
  type QuickPickOptions,
  type SaveDialogOptions,
  type StatusBarAlignment,
  type StatusBarItem,
  type Terminal,
  type TerminalOptions,
  type Uri,
} from 'vscode';
import { plainLines, plainMarkdown, plainText } from './plainText';

/** A row of a quick pick. Its icon is given by name, because one in the label would be shown as text. */
export interface PickItem extends QuickPickItem {
  /** Name of a product icon. */
  readonly icon?: string | undefined;
}

interface ProgressStep {
  readonly message?: string | undefined;
  /** Percentage points since the last report. */
  readonly increment?: number;
}

/** What a task reports while its progress is shown. */
export type ProgressReport = Progress<ProgressStep>;

/**
 * The part of VS Code's `window` that shows texts. It makes every text plain, so that no name and no text
 * of a server becomes a link, an icon or a second line. A lint rule forbids bypassing it.
 */
export const safeWindow = {
  showErrorMessage: messageWith(window.showErrorMessage),
  showWarningMessage: messageWith(window.showWarningMessage),
  showInformationMessage: messageWith(window.showInformationMessage),

  /** Asks a question with one button, in a dialog. False when the person cancelled. */
  async confirm(question: string, detail: string | undefined, button: string): Promise<boolean> {
    return (await safeWindow.choose(question, detail, [[button, true]])) ?? false;
  },

  /**
   * Asks a question with several buttons, in a dialog. Undefined when the person cancelled.
   * @param answers what each button means
   */
  async choose<T>(
    question: string,
    detail: string | undefined,
    answers: readonly (readonly [button: string, answer: T])[],
  ): Promise<T | undefined> {
    const options: MessageOptions = { modal: true, detail };
    const buttons = answers.map(([button]) => button);
    const chosen = await safeWindow.showWarningMessage(question, options, ...buttons);
    return answers.find(([button]) => button === chosen)?.[1];
  },

  /** Shows a text in the status bar for a moment. */
  showStatus(text: string): void {
    window.setStatusBarMessage(plainText(text), 5_000);
  },

  withProgress<T>(
    options: ProgressOptions,
    task: (progress: ProgressReport, token: CancellationToken) => Thenable<T>,
  ): Thenable<T> {
    return window.withProgress(plainOptions(options), (progress, token) => {
      const report = ({ message, ...rest }: ProgressStep): void =>
        progress.report({ ...rest, message: message === undefined ? message : plainText(message) });
      return task({ report }, token);
    });
  },

  createInputBox: (): InputBox => withPlainTexts(window.createInputBox()),

  createQuickPick: <T extends PickItem>(): QuickPick<T> =>
    withPlainTexts(window.createQuickPick<T>()),

  createStatusBarItem: (id: string, side: StatusBarAlignment, priority: number): StatusBarItem =>
    withPlainTexts(window.createStatusBarItem(id, side, priority)),

  createTerminal: ({ name = '', message = '', ...rest }: TerminalOptions): Terminal =>
    window.createTerminal({ ...rest, name: plainText(name), message: plainLines(message) }),

  showInputBox: (options: InputBoxOptions): Thenable<string | undefined> =>
    window.showInputBox(plainOptions(options)),

  showQuickPick: <T extends PickItem>(
    items: readonly T[] | Promise<readonly T[]>,
    options: QuickPickOptions,
  ): Thenable<T | undefined> => {
    const plain = items instanceof Promise ? items.then(plainItems) : plainItems(items);
    return window.showQuickPick(plain, plainOptions(options));
  },

  showOpenDialog: (options: OpenDialogOptions): Thenable<Uri[] | undefined> =>
    window.showOpenDialog(plainOptions(options)),

  showSaveDialog: (options: SaveDialogOptions): Thenable<Uri | undefined> =>
    window.showSaveDialog(plainOptions(options)),
};

/**
 * Shows a quick pick whose items have buttons or change, which `showQuickPick` cannot do.
 * @param wire listens to the box; `close` closes it with a result
 * @returns undefined when the person has closed it
 */
export function openQuickPick<T extends PickItem, R = undefined>(
  options: Pick<QuickPick<T>, 'items' | 'placeholder' | 'title'>,
  wire: (box: QuickPick<T>, close: (result: R | undefined) => void) => void,
): Promise<R | undefined> {
  const box = safeWindow.createQuickPick<T>();
  Object.assign(box, { ...options, matchOnDescription: true, matchOnDetail: true });
  return new Promise((resolve) => {
    wire(box, (result) => {
      resolve(result);
      box.hide();
    });
    box.onDidHide(() => {
      resolve(undefined);
      box.dispose();
    });
    box.show();
  });
}

type ShowMessage = (
  text: string,
  options: MessageOptions,
  ...buttons: string[]
) => Thenable<string | undefined>;

/** A message function of VS Code whose texts are made plain; with options for a modal message, or without. */
function messageWith(show: ShowMessage) {
  return (
    text: string,
    ...rest: readonly string[] | readonly [MessageOptions, ...string[]]
  ): Thenable<string | undefined> => {
    const [first, ...others] = rest;
    const [options, buttons] = typeof first === 'object' ? [first, others as string[]] : [{}, rest];
    const { detail } = options;
    const plain = detail === undefined ? options : { ...options, detail: plainLines(detail) };
    const labels = buttons as readonly string[];
    const plainLabels = labels.map(plainText);
    return show(plainText(text), plain, ...plainLabels).then((chosen) =>
      chosen === undefined ? chosen : labels[plainLabels.indexOf(chosen)],
    );
  };
}

/** A row of a tree view, before VS Code's classes. */
export interface TreeRow {
  /** Stays the same while the row is shown. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  /** Name of a product icon. */
  readonly icon: string;
  /** Id of a theme colour. */
  readonly color?: string;
  /** What a screen reader says. */
  readonly ariaLabel: string;
  /** The hover, shown as it is, with its lines; undefined where `resolveTreeItem` sets it. */
  readonly tooltip?: string;
  /** Words that the `when` clauses of its menu in package.json test for. */
  readonly actions: readonly string[];
}

export function createTreeItem(
  { id, label, description, icon, color, ariaLabel, tooltip, actions }: TreeRow,
  state = TreeItemCollapsibleState.None,
): TreeItem {
  const item = new TreeItem(plainText(label), state);
  item.id = id;
  item.iconPath = new ThemeIcon(icon, color === undefined ? undefined : new ThemeColor(color));
  item.contextValue = actions.join(' ');
  item.accessibilityInformation = { label: plainText(ariaLabel) };
  if (tooltip !== undefined) {
    setTooltip(item, tooltip);
  }
  if (description !== undefined) {
    item.description = plainText(description);
  }
  return item;
}

export function setTooltip(item: TreeItem, tooltip: string): void {
  item.tooltip = plainLines(tooltip);
}

/** For a row that no longer exists when VS Code reads it. */
export function emptyTreeItem(): TreeItem {
  return new TreeItem('');
}

/** A hover with a title, a table of names and values, and a line below it. */
export function createHover(
  title: string,
  facts: readonly (readonly [string, string])[],
  hint: string,
): MarkdownString {
  const rows = facts.map(([name, value]) => `| ${plainMarkdown(name)} | ${plainMarkdown(value)} |`);
  return new MarkdownString(
    [
      `**${plainMarkdown(title)}**`,
      '',
      '| | |',
      '|:--|:--|',
      ...rows,
      '',
      plainMarkdown(hint),
    ].join('\n'),
  );
}

/** A text with lines of its own, for where VS Code takes Markdown only. */
export function createLines(lines: readonly string[]): MarkdownString {
  return new MarkdownString(lines.map(plainMarkdown).join('  \n'));
}

/** A prompt or status bar item whose texts are made plain when they are set, except for the text that the person types. */
function withPlainTexts<T extends InputBox | QuickPick<QuickPickItem> | StatusBarItem>(box: T): T {
  return new Proxy(box, {
    get: (target, name): unknown => {
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
    set: (target, name, value: unknown) =>
      Reflect.set(target, name, plainProperty(name, value), target),
  });
}

const textProperties: readonly PropertyKey[] = [
  ...['title', 'prompt', 'placeholder', 'placeHolder', 'openLabel', 'saveLabel'],
  ...['name', 'tooltip', 'label'],
];

function plainProperty(name: PropertyKey, value: unknown): unknown {
  if (typeof value === 'string') {
    if (name === 'text') {
      return plainAfterIcon(value);
    }
    return name === 'validationMessage' || textProperties.includes(name) ? plainText(value) : value;
  }
  if (name === 'validationMessage' && typeof value === 'object' && value !== null) {
    const message = value as { readonly message: string };
    return { ...message, message: plainText(message.message) };
  }
  switch (name) {
    case 'items':
      return (value as readonly QuickPickItem[]).map(plainItem);
    case 'buttons':
      return (value as readonly QuickInputButton[]).map(plainButton);
    case 'accessibilityInformation':
      return plainOptions(value as AccessibilityInformation);
    default:
      return value;
  }
}

/** The options of a prompt or a dialog with plain texts, also in the message of `validateInput`. */
function plainOptions<T extends object>(options: T): T {
  const plain = Object.entries(options).map(([name, value]: [string, unknown]) =>
    name === 'validateInput' && typeof value === 'function'
      ? [name, (text: string): unknown => plainValidation((value as Validate)(text))]
      : [name, plainProperty(name, value)],
  );
  return Object.fromEntries(plain) as T;
}

type Validate = NonNullable<InputBoxOptions['validateInput']>;

function plainValidation(found: ReturnType<Validate>): unknown {
  const plain = (message: unknown): unknown => plainProperty('validationMessage', message);
  return typeof found === 'object' && found !== null && 'then' in found
    ? found.then(plain)
    : plain(found);
}

/** A text of the status bar, which may begin with an icon. */
function plainAfterIcon(text: string): string {
  const [icon = ''] = /^\$\([a-z~-]+\) /.exec(text) ?? [];
  return icon + plainText(text.slice(icon.length));
}

/** Changes the button itself, because the caller compares it with the pressed one. */
function plainButton<T extends QuickInputButton>(button: T): T {
  const { tooltip = '' } = button;
  if (plainText(tooltip) !== tooltip) {
    Object.assign(button, { tooltip: plainText(tooltip) });
  }
  return button;
}

function plainItems<T extends PickItem>(items: readonly T[]): T[] {
  return items.map(plainItem);
}

/** Changes the item itself, because the caller compares it with the chosen one. */
function plainItem<T extends PickItem>(item: T): T {
  if (item.icon !== undefined) {
    item.iconPath = new ThemeIcon(item.icon);
  }
  for (const name of ['label', 'description', 'detail'] as const) {
    const text = item[name];
    if (text !== undefined) {
      item[name] = plainText(text);
    }
  }
  item.buttons?.forEach(plainButton);
  return item;
}
