import { stat } from 'node:fs/promises';
import { URI } from 'vscode-uri';
import { english } from './l10n';

/** What the person does in one prompt or message. */
export type Step =
  | { readonly kind: 'type'; readonly text: string }
  | { readonly kind: 'pick'; readonly label: string }
  | { readonly kind: 'press'; readonly button: string }
  | { readonly kind: 'back' }
  | { readonly kind: 'cancel' };

export const type = (text: string): Step => ({ kind: 'type', text });
/** Picks the item with this label or description. */
export const pick = (label: string): Step => ({ kind: 'pick', label });
/** Presses a button of a message. A message without a scripted step is dismissed. */
export const press = (button: string): Step => ({ kind: 'press', button });
export const back: Step = { kind: 'back' };
export const cancel: Step = { kind: 'cancel' };

interface Item {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
}

export interface ShownMessage {
  readonly severity: 'error' | 'warning' | 'information';
  readonly text: string;
  readonly modal: boolean;
  readonly detail?: string;
  readonly buttons: readonly string[];
}

type Listener<T> = (value: T) => unknown;

class FakeEvent<T> {
  readonly #listeners = new Set<Listener<T>>();
  readonly event = (listener: Listener<T>): { dispose(): void } => {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  };
  readonly fire = (value: T): void => this.#listeners.forEach((listener) => void listener(value));
  readonly dispose = (): void => this.#listeners.clear();
}

const backButton = { tooltip: 'Back' };

/** An input box or a quick pick, which applies the steps of the script until it is closed. */
class FakePrompt {
  title = '';
  prompt = '';
  placeholder = '';
  value = '';
  /** Its value when it was shown. */
  initialValue = '';
  password = false;
  busy = false;
  items: readonly Item[] = [];
  activeItems: readonly Item[] = [];
  selectedItems: readonly Item[] = [];
  buttons: readonly unknown[] = [];
  validationMessage: unknown;
  #open = false;
  readonly #changed = new FakeEvent<string>();
  readonly #accepted = new FakeEvent<void>();
  readonly #hidden = new FakeEvent<void>();
  readonly #triggered = new FakeEvent<unknown>();
  readonly onDidChangeValue = this.#changed.event;
  readonly onDidAccept = this.#accepted.event;
  readonly onDidHide = this.#hidden.event;
  readonly onDidTriggerButton = this.#triggered.event;

  constructor(private readonly window: FakeWindow) {}

  show(): void {
    this.#open = true;
    this.initialValue = this.value;
    this.window.prompts.push(this);
    setImmediate(() => this.#continue());
  }

  hide(): void {
    if (this.#open) {
      this.#open = false;
      this.#hidden.fire();
    }
  }

  dispose(): void {
    this.hide();
  }

  #continue(): void {
    if (!this.#open) {
      return;
    }
    const next = this.window.nextStep;
    if (this.busy && next?.kind !== 'back' && next?.kind !== 'cancel') {
      return;
    }
    this.#apply(this.window.takeStep(this.title));
    setImmediate(() => this.#continue());
  }

  #apply(step: Step): void {
    switch (step.kind) {
      case 'type':
        this.value = step.text;
        this.#changed.fire(step.text);
        this.#accepted.fire();
        return;
      case 'pick':
        this.selectedItems = [itemOf(this.items, step.label)];
        this.#accepted.fire();
        return;
      case 'back':
        this.#triggered.fire(backButton);
        return;
      case 'cancel':
        this.hide();
        return;
      case 'press':
        throw new Error(`The script presses “${step.button}” in the prompt “${this.title}”.`);
    }
  }
}

export type { FakePrompt };

function itemOf<T extends Item>(items: readonly T[], label: string): T {
  const found = items.find((item) => item.label === label || item.description === label);
  if (found === undefined) {
    throw new Error(`No item “${label}” among: ${items.map((item) => item.label).join(', ')}`);
  }
  return found;
}

/** VS Code’s prompts and messages. A test scripts what the person does, then checks what was shown. */
class FakeWindow {
  #script: Step[] = [];
  prompts: FakePrompt[] = [];
  messages: ShownMessage[] = [];
  statusTexts: string[] = [];
  progressTexts: string[] = [];
  executedCommands: string[] = [];
  openedPages: string[] = [];
  clipboard = '';
  /** Options of the terminals and dialogs for files that were opened. */
  opened: Readonly<Record<string, unknown>>[] = [];
  /** By full name, `edasPackages.endpoint`. Change them with `changeSetting`. */
  settings: Record<string, unknown> = {};
  /** Paths of the folders that are open. */
  folders: readonly string[] = [];
  readonly #settingChanged = new FakeEvent<{ affectsConfiguration(name: string): boolean }>();
  readonly onDidChangeConfiguration = this.#settingChanged.event;

  /** Clears what was recorded; closes nothing. Call it before each test. */
  reset(): void {
    this.#script = [];
    this.prompts = [];
    this.messages = [];
    this.statusTexts = [];
    this.progressTexts = [];
    this.executedCommands = [];
    this.openedPages = [];
    this.clipboard = '';
    this.opened = [];
    this.settings = {};
    this.folders = [];
    this.#settingChanged.dispose();
  }

  /** Adds steps of the person, in this order. */
  script(...steps: readonly Step[]): void {
    this.#script.push(...steps);
  }

  /** Steps that no prompt or message has used. */
  get unused(): readonly Step[] {
    return this.#script;
  }

  get nextStep(): Step | undefined {
    return this.#script[0];
  }

  takeStep(title: string): Step {
    const step = this.#script.shift();
    if (step === undefined) {
      throw new Error(`The script has no step for the prompt “${title}”.`);
    }
    return step;
  }

  changeSetting(name: string, value: unknown): void {
    this.settings[name] = value;
    const affectsConfiguration = (section: string): boolean =>
      name === section || name.startsWith(`${section}.`);
    this.#settingChanged.fire({ affectsConfiguration });
  }

  message(severity: ShownMessage['severity']) {
    return (text: string, ...rest: readonly unknown[]): Promise<string | undefined> => {
      const [first, ...others] = rest;
      const options = (typeof first === 'object' ? first : {}) as Partial<ShownMessage>;
      const buttons = (typeof first === 'object' ? others : rest) as readonly string[];
      const { modal = false, detail } = options;
      this.messages.push({ severity, text, modal, detail, buttons });
      const step = this.nextStep;
      if (step?.kind !== 'press') {
        return Promise.resolve(undefined);
      }
      if (!buttons.includes(step.button)) {
        throw new Error(`No button “${step.button}” in: ${text} [${buttons.join(', ')}]`);
      }
      this.#script.shift();
      return Promise.resolve(step.button);
    };
  }

  async quickPick(
    shown: readonly Item[] | Promise<readonly Item[]>,
    options: { title?: string; placeHolder?: string } = {},
  ): Promise<Item | undefined> {
    const items = await shown;
    const prompt = new FakePrompt(this);
    Object.assign(prompt, { ...options, items, placeholder: options.placeHolder });
    this.prompts.push(prompt);
    const step = this.takeStep(prompt.title);
    return Promise.resolve(step.kind === 'pick' ? itemOf(items, step.label) : undefined);
  }

  async inputBox(
    options: { title?: string; validateInput?: (text: string) => unknown } = {},
  ): Promise<string | undefined> {
    const prompt = new FakePrompt(this);
    Object.assign(prompt, options);
    this.prompts.push(prompt);
    for (;;) {
      const step = this.takeStep(prompt.title);
      if (step.kind !== 'type') {
        return undefined;
      }
      prompt.validationMessage = (await options.validateInput?.(step.text)) ?? undefined;
      if (prompt.validationMessage === undefined) {
        return step.text;
      }
    }
  }

  progress<T>(
    options: { title?: string },
    task: (progress: unknown, token: unknown) => Thenable<T>,
  ): Thenable<T> {
    this.progressTexts.push(options.title ?? '');
    const report = ({ message }: { message?: string }): void => {
      if (message !== undefined) {
        this.progressTexts.push(message);
      }
    };
    const isCancellationRequested = false;
    return task({ report }, { isCancellationRequested, onCancellationRequested: noEvent });
  }
}

const nothing = (): void => undefined;
const noEvent = (): { dispose(): void } => ({ dispose: nothing });

export const fakeWindow = new FakeWindow();

class ThemeIcon {
  constructor(readonly id: string) {}
}

class ThemeColor {
  constructor(readonly id: string) {}
}

class TreeItem {
  constructor(
    readonly label: string,
    readonly collapsibleState = 0,
  ) {}
}

class MarkdownString {
  constructor(readonly value = '') {}
}

class FakeEmitter<T> extends FakeEvent<T> {}

class FakeTabInput {
  constructor(readonly uri: URI) {}
}

const workspaceFolder = (folder: string) => ({
  name: folder.slice(folder.lastIndexOf('/') + 1),
  uri: { scheme: 'file', fsPath: folder, path: folder },
});

/** What `import … from 'vscode'` gives in unit tests (see test/bundle.mjs). Add what tests need. */
export const vscode = {
  window: {
    showErrorMessage: fakeWindow.message('error'),
    showWarningMessage: fakeWindow.message('warning'),
    showInformationMessage: fakeWindow.message('information'),
    setStatusBarMessage: (text: string) => void fakeWindow.statusTexts.push(text),
    createStatusBarItem: () => ({ text: '', show: nothing, hide: nothing, dispose: nothing }),
    createTerminal: (options: object) => void fakeWindow.opened.push({ ...options }),
    showOpenDialog: (options: object) =>
      Promise.resolve(void fakeWindow.opened.push({ ...options })),
    showSaveDialog: (options: object) =>
      Promise.resolve(void fakeWindow.opened.push({ ...options })),
    createInputBox: () => new FakePrompt(fakeWindow),
    createQuickPick: () => new FakePrompt(fakeWindow),
    showQuickPick: fakeWindow.quickPick.bind(fakeWindow),
    showInputBox: fakeWindow.inputBox.bind(fakeWindow),
    withProgress: fakeWindow.progress.bind(fakeWindow),
    state: { focused: true },
    onDidChangeWindowState: noEvent,
    registerFileDecorationProvider: () => ({ dispose: nothing }),
    tabGroups: { all: [], activeTabGroup: {} },
    createTreeView: () => ({ visible: true, onDidChangeVisibility: noEvent, dispose: nothing }),
  },
  workspace: {
    get workspaceFolders() {
      return fakeWindow.folders.map(workspaceFolder);
    },
    getWorkspaceFolder: ({ path }: { readonly path: string }) =>
      fakeWindow.folders.map(workspaceFolder).find(({ uri }) => path.startsWith(`${uri.path}/`)),
    getConfiguration: (section: string) => ({
      get: (name: string, value?: unknown) => fakeWindow.settings[`${section}.${name}`] ?? value,
      inspect: (name: string) => ({ globalValue: fakeWindow.settings[`${section}.${name}`] }),
    }),
    onDidChangeConfiguration: fakeWindow.onDidChangeConfiguration,
    fs: {
      stat: async ({ fsPath }: { fsPath: string }) => ({
        size: (await stat(fsPath)).size,
        type: 1,
      }),
    },
  },
  commands: {
    executeCommand: (id: string) => Promise.resolve(void fakeWindow.executedCommands.push(id)),
    registerCommand: noEvent,
  },
  env: {
    language: 'en',
    uiKind: 1,
    remoteName: undefined,
    clipboard: {
      readText: () => Promise.resolve(fakeWindow.clipboard),
      writeText: (text: string) => Promise.resolve(void (fakeWindow.clipboard = text)),
    },
    openExternal: (uri: unknown) => Promise.resolve(fakeWindow.openedPages.push(String(uri)) > 0),
  },
  l10n: english,
  Uri: URI,
  EventEmitter: FakeEmitter,
  FileSystemError: class FileSystemError extends Error {},
  FileType: { File: 1, Directory: 2 },
  MarkdownString,
  TabInputCustom: class TabInputCustom extends FakeTabInput {},
  TabInputText: class TabInputText extends FakeTabInput {},
  ThemeColor,
  ThemeIcon,
  TreeItem,
  InputBoxValidationSeverity: { Info: 1, Warning: 2, Error: 3 },
  ProgressLocation: { SourceControl: 1, Window: 10, Notification: 15 },
  QuickInputButtons: { Back: backButton },
  QuickPickItemKind: { Separator: -1, Default: 0 },
  StatusBarAlignment: { Left: 1, Right: 2 },
  TreeItemCollapsibleState: { None: 0, Collapsed: 1, Expanded: 2 },
  UIKind: { Desktop: 1, Web: 2 },
};
