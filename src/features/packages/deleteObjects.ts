import { l10n, ProgressLocation } from 'vscode';
import { singleLine } from '../../core/util/displayText';
import type { Log } from '../../core/util/log';
import { signalOf } from '../../common/vscode/cancellation';
import { logFailure } from '../../common/vscode/log';
import { errorMessageOf, showLogButton } from '../../common/vscode/reporter';
import { eachObject } from './eachObject';
import type { ObjectEntry } from './entries';
import { listed } from './nameList';
import type { PackageStorage } from './storage';
import { summarizeDeletions, type Outcome } from './summary';
import { safeWindow } from '../../common/vscode/safeWindow';

export interface DeletionDeps {
  readonly packages: () => Promise<PackageStorage>;
  readonly log: Log;
  /** Told the path of each object that is gone. */
  readonly removed: (path: string) => void;
  /** Asks whether they may go; a parameter so that a test can answer. */
  readonly confirm?: (objects: readonly ObjectEntry[]) => Promise<boolean>;
}

/** Deletes objects, after a question. What fails is told in one message. */
export async function deleteObjects(
  objects: readonly ObjectEntry[],
  leaving: AbortSignal,
  { packages, log, removed: gone, confirm = askToDelete }: DeletionDeps,
): Promise<void> {
  if (objects.length === 0 || !(await confirm(objects))) {
    return;
  }
  const prefix = await packages();
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
        objects.map((object) => ({ ...object, name: singleLine(object.path) })),
        async ({ name, path, size, ...object }): Promise<Outcome> => {
          await prefix.delete(object, signal);
          log.info(`deleted ${object.key}`);
          gone(path);
          progress.report({ increment: 100 / objects.length });
          return { kind: 'done', name, size };
        },
        signal,
      );
    },
  );
  for (const outcome of outcomes) {
    if (outcome.kind === 'failed') {
      logFailure(log, outcome.error);
    }
  }
  void tell(outcomes);
}

async function tell(outcomes: readonly Outcome[]): Promise<void> {
  const { severity, text } = summarizeDeletions(outcomes, errorMessageOf, l10n);
  if (severity === 'info') {
    // That the rows are gone says the same.
    safeWindow.showStatus(text, 5000);
    return;
  }
  const showLog = showLogButton();
  if ((await safeWindow.showErrorMessage(text, showLog.label)) === showLog.label) {
    await showLog.press();
  }
}

async function askToDelete(objects: readonly ObjectEntry[]): Promise<boolean> {
  const yes = l10n.t('Delete');
  const chosen = await safeWindow.showWarningMessage(
    objects.length === 1
      ? l10n.t('Delete “{0}” from the package prefix?', singleLine(objects[0]?.path ?? ''))
      : l10n.t('Delete {0} objects from the package prefix?', objects.length),
    {
      modal: true,
      detail: [
        ...(objects.length === 1
          ? []
          : [
              listed(
                objects.map(({ path }) => path),
                l10n,
              ),
            ]),
        l10n.t('This cannot be undone, and deployments from its URL will no longer find it.'),
      ].join('\n\n'),
    },
    yes,
  );
  return chosen === yes;
}
