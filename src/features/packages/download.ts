import path from 'node:path';
import { env, l10n, ProgressLocation, UIKind, Uri, workspace, type Progress } from 'vscode';
import type { DownloadProgress } from '../../core/transfer/download/downloader';
import { BatchProgress } from '../../common/messages/batchProgress';
import type { Uses } from '../../common/featureServices';
import { signalOf } from '../../common/vscode/cancellation';
import { copyText } from '../../common/vscode/clipboard';
import { logFailure } from '../../common/vscode/log';
import { ThrottledRefresh } from '../../common/vscode/throttledRefresh';
import {
  commandButton,
  errorMessageOf,
  showLogButton,
  type Button,
} from '../../common/vscode/reporter';
import { DownloadTargetPrompt, type Target } from './promptTarget';
import { eachObject } from './eachObject';
import type { ObjectEntry } from '../../common/objects/entries';
import type { PackageStorage } from './storage';
import { failedOf, summarizeDownloads, type Outcome } from './summary';
import { safeWindow } from '../../common/vscode/safeWindow';

export interface DownloadsDeps extends Uses<'log' | 'reporter'> {
  readonly storage: () => Promise<Pick<PackageStorage, 'downloader'>>;
  /** Where objects go; a parameter so that a test can answer. */
  readonly target?: Pick<DownloadTargetPrompt, 'ask'>;
}

/** Downloads objects, from the click to the message at the end. */
export class Downloads {
  readonly #target: Pick<DownloadTargetPrompt, 'ask'>;

  constructor(private readonly deps: DownloadsDeps) {
    this.#target = deps.target ?? new DownloadTargetPrompt();
  }

  /** @param disposed cancels it, like the person's Cancel */
  async start(objects: readonly ObjectEntry[], disposed: AbortSignal): Promise<void> {
    await this.#download(await this.#target.ask(objects), disposed);
  }

  async #download(targets: readonly Target[], disposed: AbortSignal): Promise<void> {
    const [first, ...others] = targets;
    if (first === undefined) {
      return;
    }
    const title =
      others.length === 0
        ? l10n.t('Downloading {0}', path.basename(first.file))
        : l10n.t('Downloading {0} objects', targets.length);
    let isCancelled = false;
    const outcomes = await safeWindow.withProgress(
      { location: ProgressLocation.Notification, cancellable: true, title },
      async (progress, token) => {
        const signal = AbortSignal.any([signalOf(token), disposed]);
        const settled = await this.#run(targets, progress, signal);
        isCancelled = signal.aborted;
        return settled;
      },
    );
    const unfinished = targets.filter((_, index) => {
      const kind = outcomes[index]?.kind;
      // Without a cancellation, the rest was not started because of a failure.
      return kind === 'failed' || (kind !== 'done' && !isCancelled);
    });
    // Not awaited: the command has ended, whether or not the person answers the message.
    void this.#report(outcomes, first.file, () => this.#download(unfinished, disposed));
  }

  async #report(
    outcomes: readonly Outcome[],
    firstFile: string,
    tryAgain: () => unknown,
  ): Promise<void> {
    if (outcomes.every(({ kind }) => kind === 'notStarted' || kind === 'cancelled')) {
      safeWindow.showStatus(l10n.t('Download cancelled.'));
      return;
    }
    const { severity, text } = summarizeDownloads(outcomes, errorMessageOf);
    const hasFailed = severity === 'error';
    await this.deps.reporter.showMessage(severity, text, [
      ...(hasFailed ? [{ label: l10n.t('Try Again'), press: tryAgain }] : []),
      ...(outcomes[0]?.kind === 'done' ? [revealButton(Uri.file(firstFile))] : []),
      ...(hasFailed ? [showLogButton()] : []),
    ]);
  }

  async #run(
    targets: readonly Target[],
    progress: Progress<{ message?: string; increment?: number }>,
    signal: AbortSignal,
  ): Promise<readonly Outcome[]> {
    const { downloader } = await this.deps.storage();
    const sizes = new Map(targets.map(({ object: { key, size } }) => [key, size]));
    const bytes = new BatchProgress(sizes, () => refresh.changed());
    const refresh = new ThrottledRefresh(() =>
      progress.report({ message: bytes.text(), increment: bytes.takeIncrement() }),
    );
    const download = async ({ name, object, file, overwrite }: Named): Promise<Outcome> => {
      const { key, location } = object;
      const onProgress = ({ receivedBytes, stage, ...progress }: DownloadProgress): void =>
        bytes.update(key, {
          ...progress,
          sentBytes: receivedBytes,
          stage: stage === 'receiving' ? 'sending' : stage,
        });
      try {
        const result = await downloader.download(
          { key, location, file, overwrite },
          { signal, onProgress },
        );
        const { size, verified, requestId } = result;
        this.deps.log.info(
          `downloaded ${key}, ${size} bytes, ${verified ? '' : 'not '}verified, request ${requestId}`,
        );
        bytes.finish(key);
        return { kind: 'done', name, size, verified };
      } catch (error) {
        bytes.remove(key);
        throw error;
      }
    };
    const named = targets.map((target) => ({ ...target, name: path.basename(target.file) }));
    const outcomes = await eachObject(named, download, signal).finally(() => refresh.dispose());
    for (const { error } of failedOf(outcomes)) {
      logFailure(this.deps.log, error);
    }
    return outcomes;
  }
}

type Named = Target & { readonly name: string };

/** Shows the file in the file manager, if there is one, else in the Explorer; else copies its path. */
function revealButton(file: Uri): Button {
  if (env.uiKind === UIKind.Desktop && env.remoteName === undefined) {
    return commandButton(l10n.t('Show in Folder'), 'revealFileInOS', file);
  }
  return workspace.getWorkspaceFolder(file) === undefined
    ? { label: l10n.t('Copy Path'), press: () => copyText(file.fsPath) }
    : commandButton(l10n.t('Show in Explorer'), 'revealInExplorer', file);
}
