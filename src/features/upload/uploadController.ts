import { l10n, ProgressLocation, Uri } from 'vscode';
import type { Credential } from '../../core/alibaba/edas/credential';
import type { PackageObject } from '../../core/deploy';
import { isAbort } from '../../core/errors/catalogue';
import { signalOf } from '../../common/vscode/cancellation';
import { safeWindow, type ProgressReport } from '../../common/vscode/safeWindow';
import { ThrottledRefresh } from '../../common/vscode/throttledRefresh';
import type { TransferServices } from '../../common/transferServices';
import { ConflictResolver } from '../../common/upload/conflicts';
import type { UploadItem, UploadOutcome } from '../../common/upload/types';
import type { Uses } from '../../common/featureServices';
import {
  filesSelection,
  itemsWithSameKey,
  numberKeys,
  onlyIds,
  planUpload,
  resumeSelection,
  zipSelection,
  type Resumable,
  type Selection,
} from './planUpload';
import { BatchProgress } from '../../common/messages/batchProgress';
import { promptConflict } from './promptConflict';
import { promptSameKey } from './promptSameKey';
import { showResults, type Results, type UploadedLink } from './results';
import { deployableOf } from './summary';

export interface UploadControllerDeps extends Uses<
  'ensureSignedIn' | 'reporter' | 'settings' | 'transferServices' | 'uploads'
> {
  /**
   * Deploys an uploaded object to an application that the person chooses.
   * @returns false when nothing was deployed
   */
  readonly deploy: (object: PackageObject) => Promise<boolean>;
}

/** What a batch has uploaded. */
type BatchResult = Pick<Results, 'links' | 'outcomes'>;

/** Uploads that a person starts, from the click to the message at the end. */
export class UploadController {
  constructor(private readonly deps: UploadControllerDeps) {}

  /** Uploads files to the package prefix or a folder in it, signing in first if needed. Resolves when all are finished. */
  start(files: readonly Uri[], folder = ''): Promise<void> {
    return this.#upload(filesSelection(files, folder));
  }

  /**
   * Uploads a package, then deploys it. Only a verified upload is deployed. When nothing was deployed, the usual message
   * about the upload is shown.
   */
  startAndDeploy(file: Uri): Promise<void> {
    return this.#upload(filesSelection([file], ''), { deploys: true });
  }

  /** Packs a folder, or several things, into one ZIP and uploads that. */
  startZip(items: readonly Uri[], folder = ''): Promise<void> {
    return this.#upload(zipSelection(items, folder, this.deps.settings));
  }

  /** Resumes interrupted transfers and tries failed ones again, with the questions and messages of `start`. */
  resume(transfers: readonly Resumable[]): Promise<void> {
    return this.#upload(resumeSelection(transfers));
  }

  async #upload(selection: Selection, { deploys = false } = {}): Promise<void> {
    const [first, ...others] = selection.candidates;
    if (first === undefined || !(await this.deps.ensureSignedIn())) {
      return;
    }
    const { uploads, reporter } = this.deps;
    const title =
      others.length === 0
        ? l10n.t('Uploading {0}', first.name)
        : l10n.t('Uploading {0} files', others.length + 1);
    let result: BatchResult;
    try {
      result = await safeWindow.withProgress(
        { location: ProgressLocation.Notification, cancellable: true, title },
        (progress, token) =>
          uploads.track(signalOf(token), (signal) => this.#run(selection, progress, signal)),
      );
    } catch (error) {
      if (isAbort(error)) {
        safeWindow.showStatus(l10n.t('Upload cancelled.'));
        return;
      }
      void reporter.report(error, {
        format: (sentence) => l10n.t('Nothing was uploaded: {0}', sentence),
        buttons: [
          { label: l10n.t('Try Again'), press: () => this.#upload(selection, { deploys }) },
        ],
        without: ['fetchAgain'],
      });
      return;
    }
    const object = deployableOf(result.outcomes);
    if (deploys && object !== undefined && (await this.#deploy(object))) {
      return;
    }
    void showResults(reporter, {
      ...result,
      deploy: object && (() => this.deps.deploy(object)),
      tryAgain: () => this.#upload(onlyIds(selection, failedIds(result.outcomes)), { deploys }),
      pack: (folder) => this.startZip([Uri.file(folder)], selection.folder),
    });
  }

  /** An error is reported as one of the deployment: the upload has succeeded. @returns false when nothing was deployed */
  async #deploy(object: PackageObject): Promise<boolean> {
    try {
      return await this.deps.deploy(object);
    } catch (error) {
      void this.deps.reporter.report(error);
      return false;
    }
  }

  async #run(
    selection: Selection,
    progress: ProgressReport,
    signal: AbortSignal,
  ): Promise<BatchResult> {
    progress.report({ message: l10n.t('fetching the credential…') });
    const credential = await this.deps.uploads.credential(signal);
    const transferServices = await this.deps.transferServices.get();
    const plan = await planUpload(selection, credential.keyPrefix, transferServices);
    const items = await withOwnKeys(plan.items);
    const uploaded = await this.#send(items, credential, progress, signal);
    return {
      outcomes: [...uploaded, ...plan.refused],
      links: linksOf(uploaded, transferServices, credential),
    };
  }

  async #send(
    items: readonly UploadItem[],
    credential: Credential,
    progress: ProgressReport,
    signal: AbortSignal,
  ): Promise<readonly UploadOutcome[]> {
    const sizes = new Map(items.map(({ id, size = 0 }) => [id, size]));
    const bytes = new BatchProgress(sizes, () => refresh.changed());
    const refresh = new ThrottledRefresh(() =>
      progress.report({ message: bytes.text(), increment: bytes.takeIncrement() }),
    );
    const conflicts = new ConflictResolver(promptConflict, items.length, signal);
    try {
      return await this.deps.uploads.upload(items, {
        location: credential,
        signal,
        onConflict: (item) => conflicts.resolve(item),
        onAttempted: () => conflicts.complete(),
        onProgress: ({ id }, report) => bytes.update(id, report),
        onPacked: ({ id }, packed, total) => bytes.setPacked(id, packed, total),
        onSettled: ({ kind, item: { id } }) =>
          kind === 'uploaded' ? bytes.finish(id) : bytes.remove(id),
      });
    } finally {
      refresh.dispose();
    }
  }
}

/** @throws AbortError when the person does not want numbered keys for files that would get the same one */
async function withOwnKeys(items: readonly UploadItem[]): Promise<readonly UploadItem[]> {
  const same = itemsWithSameKey(items);
  if (same.length === 0) {
    return items;
  }
  await promptSameKey(same);
  return numberKeys(items, same);
}

function linksOf(
  outcomes: readonly UploadOutcome[],
  { oss }: TransferServices,
  credential: Credential,
): readonly UploadedLink[] {
  return outcomes
    .filter((outcome) => outcome.kind === 'uploaded')
    .map(({ result: { key } }) => ({
      key,
      url: oss.objectUrl({ credential, network: 'public' }, key),
    }));
}

function failedIds(outcomes: readonly UploadOutcome[]): ReadonlySet<string> {
  return new Set(
    outcomes
      .filter(({ kind }) => kind === 'failed' || kind === 'notStarted')
      .map(({ item }) => item.id),
  );
}
