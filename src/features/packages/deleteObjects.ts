import { l10n, ProgressLocation } from 'vscode';
import { singleLine } from '../../core/util/displayText';
import type { Log } from '../../core/util/log';
import { signalOf } from '../../common/vscode/cancellation';
import { logFailure } from '../../common/vscode/log';
import { errorMessageOf, showLogButton, type Reporter } from '../../common/vscode/reporter';
import { eachObject } from './eachObject';
import type { Entry } from './entries';
import { listed } from './nameList';
import type { PackageStorage } from './storage';
import { summarizeDeletions, type Outcome } from './summary';
import { safeWindow } from '../../common/vscode/safeWindow';

export interface DeletionDeps {
  readonly packages: () => Promise<Pick<PackageStorage, 'delete'>>;
  readonly reporter: Reporter;
  readonly log: Log;
  /** Told the path of each object that is gone. */
  readonly removed: (path: string) => void;
}

/** Deletes objects and empty folders, after a question. What fails is told in one message. */
export async function deleteObjects(
  entries: readonly Entry[],
  leaving: AbortSignal,
  { packages, reporter, log, removed: gone }: DeletionDeps,
): Promise<void> {
  if (entries.length === 0 || !(await askToDelete(entries))) {
    return;
  }
  const prefix = await packages();
  const objects = inOrder(entries);
  const outcomes = await safeWindow.withProgress(
    {
      location: ProgressLocation.Notification,
      cancellable: true,
      title:
        objects.length === 1
          ? l10n.t('Deleting {0}', singleLine(objects[0]?.path ?? ''))
          : l10n.t('Deleting {0} objects', objects.length),
    },
    (progress, token) => {
      const signal = AbortSignal.any([signalOf(token), leaving]);
      return eachObject(
        objects.map((entry) => ({ entry, name: singleLine(entry.path) })),
        async ({ name, entry }): Promise<Outcome> => {
          await prefix.delete(entry, signal);
          log.info(`deleted ${entry.key}`);
          gone(entry.path);
          progress.report({ increment: 100 / objects.length });
          return { kind: 'done', name, size: 0 };
        },
        signal,
        // A folder is empty when what was in it is gone.
        objects.some(({ kind }) => kind === 'folder') ? 1 : undefined,
      );
    },
  );
  for (const outcome of outcomes) {
    if (outcome.kind === 'failed') {
      logFailure(log, outcome.error);
    }
  }
  void report(outcomes, reporter);
}

/** Objects before folders, and folders before those that they are in. */
function inOrder(entries: readonly Entry[]): readonly Entry[] {
  const folders = entries.filter(({ kind }) => kind === 'folder');
  return [
    ...entries.filter(({ kind }) => kind === 'object'),
    ...folders.sort((a, b) => b.path.length - a.path.length),
  ];
}

async function report(outcomes: readonly Outcome[], reporter: Reporter): Promise<void> {
  const { severity, text } = summarizeDeletions(outcomes, errorMessageOf);
  if (severity === 'info') {
    // That the rows are gone says the same.
    safeWindow.showStatus(text, 5000);
  } else {
    await reporter.showMessage(severity, text, [showLogButton()]);
  }
}

async function askToDelete(entries: readonly Entry[]): Promise<boolean> {
  const yes = l10n.t('Delete');
  const [first, ...others] = entries;
  const name = singleLine(first?.path ?? '');
  const isOne = others.length === 0;
  const chosen = await safeWindow.showWarningMessage(
    !isOne
      ? l10n.t('Delete {0} objects from the package prefix?', entries.length)
      : first?.kind === 'folder'
        ? l10n.t('Delete the folder “{0}” from the package prefix?', name)
        : l10n.t('Delete “{0}” from the package prefix?', name),
    {
      modal: true,
      detail: [
        ...(isOne ? [] : [listed(entries.map(({ path }) => path))]),
        ...(entries.some(({ kind }) => kind === 'folder')
          ? [l10n.t('A folder is deleted only if it is empty.')]
          : []),
        ...(entries.some(({ kind }) => kind === 'object')
          ? [l10n.t('This cannot be undone, and deployments from its URL will no longer find it.')]
          : []),
      ].join('\n\n'),
    },
    yes,
  );
  return chosen === yes;
}
