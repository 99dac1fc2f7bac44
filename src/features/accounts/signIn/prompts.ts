import {
  InputBoxValidationSeverity,
  QuickInputButtons,
  type InputBoxValidationMessage,
  type QuickInput,
} from 'vscode';
import { DisposableStore } from '../../../common/vscode/disposables';
import { safeWindow, type PickItem } from '../../../common/vscode/safeWindow';

/** How a prompt ended: with a value, with the Back button, or cancelled. */
export type PromptResult<T> =
  | { readonly kind: 'next'; readonly value: T }
  | { readonly kind: 'back' }
  | { readonly kind: 'cancelled' };

/** Title and position of a prompt within a wizard. */
export interface WizardStep {
  readonly title: string;
  /** From 1. */
  readonly step: number;
  readonly steps: number;
}

export interface TextPrompt extends WizardStep {
  readonly prompt: string;
  readonly placeholder: string;
  readonly value: string;
  readonly password?: boolean;
  validate(text: string): InputBoxValidationMessage | undefined;
  /** Why the current value was rejected; shown until the value is changed. */
  readonly failure?: string;
}

/** Prompts for a text. The result is trimmed. */
export async function promptText(options: TextPrompt): Promise<PromptResult<string>> {
  const box = safeWindow.createInputBox();
  const { prompt, placeholder, value, password = false, failure } = options;
  Object.assign(box, { prompt, placeholder, value, password, validationMessage: failure });
  const validate = (text: string): boolean => {
    const message = options.validate(text);
    box.validationMessage = message;
    return message?.severity !== InputBoxValidationSeverity.Error;
  };
  return show(box, options, (next, disposables) => {
    disposables.addAll(
      box.onDidChangeValue((text) => {
        // An empty box is not an error yet: the person is about to type.
        box.validationMessage = undefined;
        if (text !== '') {
          validate(text);
        }
      }),
      box.onDidAccept(() => {
        if (validate(box.value)) {
          next(box.value.trim());
        }
      }),
    );
  });
}

export interface PickPrompt<T extends PickItem, R> extends WizardStep {
  readonly placeholder: string;
  /** Shown while `run` is pending. */
  readonly busyPlaceholder?: string;
  readonly items: readonly T[];
  readonly active?: T | undefined;
  /** False for an item that is only information: selecting it does nothing. */
  isEnabled?(item: T): boolean;
  /** Additional items for the typed text. */
  itemsForInput?(text: string): readonly T[];
  /** Runs with the selected item while the box stays open and shows that it is busy. */
  run(item: T, signal: AbortSignal): Promise<R>;
}

/** Prompts for an item and runs an action with it before the box closes. Closing the box aborts the action. */
export async function promptPick<T extends PickItem, R>(
  options: PickPrompt<T, R>,
): Promise<PromptResult<R>> {
  const box = safeWindow.createQuickPick<T>();
  box.items = options.items;
  box.placeholder = options.placeholder;
  box.matchOnDescription = true;
  box.matchOnDetail = true;
  if (options.active !== undefined) {
    box.activeItems = [options.active];
  }
  return show(box, options, (next, disposables, fail) => {
    const disposed = new AbortController();
    disposables.addAll(
      { dispose: () => disposed.abort() },
      box.onDidChangeValue((text) => {
        box.items = [...options.items, ...(options.itemsForInput?.(text.trim()) ?? [])];
      }),
      box.onDidAccept(() => {
        const [item] = box.selectedItems;
        if (item !== undefined && !box.busy && options.isEnabled?.(item) !== false) {
          box.busy = true;
          box.placeholder = options.busyPlaceholder ?? options.placeholder;
          box.value = '';
          options.run(item, disposed.signal).then(next, fail);
        }
      }),
    );
  });
}

/** Shows a box with the common options, and waits until it is closed. */
function show<T>(
  box: QuickInput & {
    buttons: readonly unknown[];
    onDidTriggerButton(listener: (button: unknown) => void): { dispose(): void };
  },
  { title, step, steps }: WizardStep,
  wire: (
    next: (value: T) => void,
    disposables: DisposableStore,
    fail: (error: unknown) => void,
  ) => void,
): Promise<PromptResult<T>> {
  const disposables = new DisposableStore();
  disposables.add(box);
  Object.assign(box, { title, step, totalSteps: steps });
  // The keys are copied from a browser window, so the box must stay open when it loses focus.
  box.ignoreFocusOut = true;
  box.buttons = step > 1 ? [QuickInputButtons.Back] : [];
  const result = new Promise<PromptResult<T>>((resolve, reject) => {
    wire((value) => resolve({ kind: 'next', value }), disposables, reject);
    disposables.add(box.onDidTriggerButton(() => resolve({ kind: 'back' })));
    disposables.add(box.onDidHide(() => resolve({ kind: 'cancelled' })));
    box.show();
  });
  return result.finally(() => disposables.dispose());
}
