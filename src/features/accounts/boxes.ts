import { InputBoxValidationSeverity, QuickInputButtons, type QuickInput } from 'vscode';
import { DisposableStore } from '../../common/vscode/disposables';
import type { ValidationMessage } from './checks';
import { safeWindow, type PickItem } from '../../common/vscode/safeWindow';

/** How a person left a box: forward with a value, one step back, or away. */
export type Answer<T> =
  | { readonly kind: 'next'; readonly value: T }
  | { readonly kind: 'back' }
  | { readonly kind: 'away' };

/** Where in a row of boxes one stands. */
export interface Place {
  readonly title: string;
  /** From 1. */
  readonly step: number;
  readonly steps: number;
}

export interface TextQuestion extends Place {
  readonly prompt: string;
  readonly placeholder: string;
  readonly value: string;
  readonly password?: boolean;
  check(text: string): ValidationMessage | undefined;
  /** Why the value that stands there did not work; shown until it is changed. */
  readonly failure?: string;
}

/** Asks for a text. The answer is trimmed. */
export async function promptText(question: TextQuestion): Promise<Answer<string>> {
  const box = safeWindow.createInputBox();
  Object.assign(box, {
    prompt: question.prompt,
    placeholder: question.placeholder,
    value: question.value,
    password: question.password ?? false,
    validationMessage: question.failure,
  });
  const remark = (text: string): boolean => {
    const found = question.check(text);
    box.validationMessage = found && {
      message: found.text,
      severity: found.isFault ? InputBoxValidationSeverity.Error : InputBoxValidationSeverity.Info,
    };
    return found?.isFault !== true;
  };
  return show(box, question, (next, disposables) => {
    disposables.add(
      box.onDidChangeValue((text) => {
        // An emptied box is no fault yet: the person is about to type.
        box.validationMessage = undefined;
        if (text !== '') {
          remark(text);
        }
      }),
    );
    disposables.add(
      box.onDidAccept(() => {
        if (remark(box.value)) {
          next(box.value.trim());
        }
      }),
    );
  });
}

export interface ChoiceQuestion<T extends PickItem, R> extends Place {
  readonly placeholder: string;
  /** Shown while the work is done; work that is done at once needs none. */
  readonly busyPlaceholder?: string;
  readonly items: readonly T[];
  readonly active?: T | undefined;
  /** False for an item that only tells something: choosing it does nothing. */
  isUsable?(item: T): boolean;
  /** Items for what was typed, beside those that match it. */
  typed?(text: string): readonly T[];
  /** Done with the chosen item while the box stays open and shows that it is busy. */
  work(item: T, signal: AbortSignal): Promise<R>;
}

/** Asks for a choice and does the work with it before the box closes. Leaving the box aborts the work. */
export async function promptPick<T extends PickItem, R>(
  question: ChoiceQuestion<T, R>,
): Promise<Answer<R>> {
  const box = safeWindow.createQuickPick<T>();
  box.items = question.items;
  box.placeholder = question.placeholder;
  box.matchOnDescription = true;
  box.matchOnDetail = true;
  if (question.active !== undefined) {
    box.activeItems = [question.active];
  }
  return show(box, question, (next, disposables, fail) => {
    const leaving = new AbortController();
    disposables.add({ dispose: () => leaving.abort() });
    disposables.add(
      box.onDidChangeValue((text) => {
        box.items = [...question.items, ...(question.typed?.(text.trim()) ?? [])];
      }),
    );
    disposables.add(
      box.onDidAccept(() => {
        const [item] = box.selectedItems;
        if (item !== undefined && !box.busy && question.isUsable?.(item) !== false) {
          box.busy = true;
          box.placeholder = question.busyPlaceholder ?? question.placeholder;
          box.value = '';
          question.work(item, leaving.signal).then(next, fail);
        }
      }),
    );
  });
}

/** Shows a box with what all boxes share, and waits until the person has left it. */
function show<T>(
  box: QuickInput & {
    buttons: readonly unknown[];
    onDidTriggerButton(listener: (button: unknown) => void): { dispose(): void };
  },
  { title, step, steps }: Place,
  wire: (
    next: (value: T) => void,
    disposables: DisposableStore,
    fail: (error: unknown) => void,
  ) => void,
): Promise<Answer<T>> {
  const disposables = new DisposableStore();
  disposables.add(box);
  Object.assign(box, { title, step, totalSteps: steps });
  // The keys are copied from a browser window: the box must still be there on the way back.
  box.ignoreFocusOut = true;
  box.buttons = step > 1 ? [QuickInputButtons.Back] : [];
  const answer = new Promise<Answer<T>>((resolve, reject) => {
    wire((value) => resolve({ kind: 'next', value }), disposables, reject);
    disposables.add(box.onDidTriggerButton(() => resolve({ kind: 'back' })));
    disposables.add(box.onDidHide(() => resolve({ kind: 'away' })));
    box.show();
  });
  return answer.finally(() => disposables.dispose());
}
