import { commands, env, l10n, Uri } from 'vscode';
import {
  missingPermissionOf,
  type MissingPermission,
} from '../../core/alibaba/edas/missingPermission';
import { CodedError, isAbort } from '../../core/errors/catalogue';
import type { Log } from '../../core/util/log';
import { copyText } from './clipboard';
import { commandIds } from './commandIds';
import { logFailure } from './log';
import { describeError, type RecoveryAction } from '../messages';
import { safeWindow } from './safeWindow';

/** A button of a message. */
export interface Button {
  readonly label: string;
  readonly press: () => unknown;
}

export interface ReportOptions {
  /** Returns the text to show instead of the error's own sentence, which is its parameter. */
  readonly format?: (sentence: string) => string;
  /** Shown before the buttons that belong to the error. */
  readonly buttons?: readonly Button[];
  /** Recovery actions that make no sense here. */
  readonly without?: readonly RecoveryAction[];
}

/** Shows errors to the person: a sentence, the server's code and request ID, buttons that lead on. */
export class Reporter {
  constructor(private readonly log: Log) {}

  /** Logs and shows an error; not an abort, which the person has requested. Resolves when the message is closed. */
  async report(error: unknown, options: ReportOptions = {}): Promise<void> {
    if (isAbort(error)) {
      return;
    }
    logFailure(this.log, error);
    await this.show(error, options);
  }

  /** Shows an error that is already logged. */
  async show(
    error: unknown,
    { format, buttons = [], without = [] }: ReportOptions = {},
  ): Promise<void> {
    const sentence = errorMessageOf(error);
    const all = [...buttons, ...buttonsFor(error, without)];
    await this.showMessage('error', format?.(sentence) ?? sentence, all);
  }

  /** Shows a message with buttons. An error of a button is reported in turn. Resolves when the message is closed. */
  async showMessage(
    severity: 'error' | 'info' | 'warning',
    text: string,
    buttons: readonly Button[] = [],
  ): Promise<void> {
    const show = {
      error: safeWindow.showErrorMessage,
      info: safeWindow.showInformationMessage,
      warning: safeWindow.showWarningMessage,
    }[severity];
    const chosen = await show(text, ...buttons.map(({ label }) => label));
    try {
      await buttons.find(({ label }) => label === chosen)?.press();
    } catch (error) {
      void this.report(error);
    }
  }
}

/** What happened, what to do next, and the server's code and request ID, in one line. */
export function errorMessageOf(error: unknown): string {
  if (error instanceof CodedError) {
    const { sentence, reference } = describeError(error);
    return reference === '' ? sentence : `${sentence} ${reference}`;
  }
  return l10n.t(
    'Something unexpected happened in EDAS Package Storage. Check the log, and report it if it happens again.',
  );
}

function buttonsFor(error: unknown, without: readonly RecoveryAction[]): readonly Button[] {
  if (!(error instanceof CodedError)) {
    return [showLogButton()];
  }
  const { helpUrl, next } = describeError(error);
  const permission = missingPermissionOf(error);
  const { file } = error.facts;
  return [
    permission === undefined ? [] : copyPolicyButton(permission),
    next === undefined || next === 'openFile' || without.includes(next) ? [] : buttonOf(next),
    next === 'openFile' && file !== undefined
      ? commandButton(l10n.t('Open File'), 'vscode.open', Uri.file(file))
      : [],
    helpUrl === undefined ? [] : { label: l10n.t('Open Help'), press: () => openPage(helpUrl) },
    showLogButton(),
  ].flat();
}

export function commandButton(label: string, command: string, ...args: readonly unknown[]): Button {
  return { label, press: () => commands.executeCommand(command, ...args) };
}

/** Copies a RAM policy that grants exactly what is missing. */
export function copyPolicyButton({ policy }: MissingPermission): Button {
  return { label: l10n.t('Copy Policy'), press: () => copyText(policy.split('\n')) };
}

export function showLogButton(): Button {
  return commandButton(l10n.t('Show Log'), commandIds.showLog);
}

/** The button of a recovery action. */
export function buttonOf(next: Exclude<RecoveryAction, 'openFile'>): Button {
  switch (next) {
    case 'fetchAgain':
      return commandButton(l10n.t('Fetch Again'), commandIds.fetchCredential);
    case 'signIn':
      return commandButton(l10n.t('Sign In…'), commandIds.signIn);
    default:
      return commandButton(
        l10n.t('Open Settings'),
        'workbench.action.openSettings',
        next.slice('setting:'.length),
      );
  }
}

export function openPage(url: string): Thenable<boolean> {
  return env.openExternal(Uri.parse(url, true));
}
