import { l10n, ProgressLocation } from 'vscode';
import { singleLine } from '../../core/util/displayText';
import type { Uses } from '../../common/featureServices';
import { nameList } from '../../common/messages/nameList';
import { signalOf } from '../../common/vscode/cancellation';
import { logFailure } from '../../common/vscode/log';
import { errorMessageOf, showLogButton, type Reporter } from '../../common/vscode/reporter';
import { eachObject } from './eachObject';
import type { Entry } from '../../common/objects/entries';
import type { PackageStorage } from './storage';
import { failedOf, summarizeDeletions, type Outcome } from './summary';
import { safeWindow } from '../../common/vscode/safeWindow';

export interface DeletionDeps extends Uses<'log' | 'reporter'> {
  readonly storage: () => Promise<Pick<PackageStorage, 'delete'>>;
  /** An object was deleted. */
  readonly removed: (path: string) => void;
  /** Lists the folders again: it is not known what was deleted. */
  readonly refresh: () => void;
}

/** Deletes objects and empty folders after a confirmation. One message names what failed. */
export async function deleteObjects(
  entries: readonly Entry[],
  disposed: AbortSignal,
  { storage, reporter, log, removed, refresh }: DeletionDeps,
): Promise<void> {
  if (entries.length === 0 || !(await confirmDelete(entries))) {
    return;
  }
  const packages = await storage();
  const objects = foldersLast(entries);
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
      const signal = AbortSignal.any([signalOf(token), disposed]);
      return eachObject(
        objects.map((entry) => ({ entry, name: singleLine(entry.path) })),
        async ({ name, entry }): Promise<Outcome> => {
          await packages.delete(entry, signal);
          log.info(`deleted ${entry.key}`);
          removed(entry.path);
          progress.report({ increment: 100 / objects.length });
          return { kind: 'done', name, size: 0 };
        },
        signal,
        // A folder is empty when what was in it is gone.
        objects.some(({ kind }) => kind === 'folder') ? 1 : undefined,
      );
    },
  );
  for (const { error } of failedOf(outcomes)) {
    logFailure(log, error);
  }
  if (outcomes.some(({ kind }) => kind === 'cancelled')) {
    refresh();
  }
  void report(outcomes, reporter);
}

/** Objects before folders, and folders before those that they are in. */
function foldersLast(entries: readonly Entry[]): readonly Entry[] {
  const folders = entries.filter(({ kind }) => kind === 'folder');
  return [
    ...entries.filter(({ kind }) => kind === 'object'),
    ...folders.sort((a, b) => b.path.length - a.path.length),
  ];
}

async function report(outcomes: readonly Outcome[], reporter: Reporter): Promise<void> {
  const { severity, text } = summarizeDeletions(outcomes, errorMessageOf);
  if (severity === 'info') {
    // The rows disappear, which says the same.
    safeWindow.showStatus(text);
  } else {
    await reporter.showMessage(severity, text, [showLogButton()]);
  }
}

async function confirmDelete(entries: readonly Entry[]): Promise<boolean> {
  const paths = entries.map(({ path }) => path);
  const name = singleLine(paths[0] ?? '');
  const kinds = new Set(entries.map(({ kind }) => kind));
  const question =
    paths.length > 1
      ? l10n.t('Delete {0} objects from the package prefix?', paths.length)
      : kinds.has('folder')
        ? l10n.t('Delete the folder “{0}” from the package prefix?', name)
        : l10n.t('Delete “{0}” from the package prefix?', name);
  const detail = [
    paths.length > 1 && nameList(paths),
    kinds.has('folder') && l10n.t('A folder is deleted only if it is empty.'),
    kinds.has('object') && l10n.t('This cannot be undone. Deployments that use its URL will fail.'),
  ];
  return safeWindow.confirm(question, detail.filter(Boolean).join('\n\n'), l10n.t('Delete'));
}
