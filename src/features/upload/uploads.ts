import { l10n, ProgressLocation, Uri, type Progress } from 'vscode';
import type { Credential } from '../../core/alibaba/edas/credential';
import { CodedError, isAbort, hasCode } from '../../core/errors/catalogue';
import type { Log } from '../../core/util/log';
import type { CredentialSession } from '../../core/credential/session';
import type {
  Transfer,
  TransferEngine,
  TransferProgress,
  UploadResult,
} from '../../core/transfer/engine';
import type { Source } from '../../core/transfer/source';
import type { CurrentAccount } from '../../common/account';
import { signalOf } from '../../common/vscode/cancellation';
import type { Lazy } from '../../common/vscode/lazy';
import { logFailure } from '../../common/vscode/log';
import { ThrottledRefresh } from '../../common/vscode/throttledRefresh';
import type { Reporter } from '../../common/vscode/reporter';
import { networkOf } from '../../common/settings/settings';
import type { TransferServices } from '../../common/transferServices';
import { askConflict } from './askConflict';
import { Batch, type BatchFile, type BatchSteps, type Outcome } from './batch';
import { Conflicts, type AskConflict } from './conflicts';
import type { Resumable } from './plan';
import { BatchProgress } from './progress';
import { showResults, type UploadedObject } from './results';
import { wishFor, wishForZip, wishToResume, type Wish } from './wish';
import { safeWindow } from '../../common/vscode/safeWindow';

export interface UploadsDeps {
  readonly accounts: CurrentAccount;
  readonly session: CredentialSession;
  readonly tools: Lazy<TransferServices>;
  readonly reporter: Reporter;
  readonly log: Log;
  /** Signs in when nobody is; false when the person left. */
  readonly ensureSignedIn: () => Promise<boolean>;
  /** The conflict question; a parameter so that a test can answer. */
  readonly ask?: AskConflict;
}

/** Uploads from the first click to the message at the end. */
export class Uploads {
  readonly #running = new Set<AbortController>();

  constructor(private readonly deps: UploadsDeps) {}

  /** How many batches are under way. */
  get running(): number {
    return this.#running.size;
  }

  cancelAll(): void {
    for (const controller of this.#running) {
      controller.abort();
    }
  }

  /** Uploads files to the package prefix or a folder in it, signing in first where nobody is. Resolves when all are done. */
  start(files: readonly Uri[], folder = ''): Promise<void> {
    return this.#fulfil(wishFor(files, folder));
  }

  /** Packs a folder, or several things, into one ZIP and uploads that. */
  startZip(items: readonly Uri[]): Promise<void> {
    return this.#fulfil(wishForZip(items));
  }

  /** Goes on with interrupted transfers and tries failed ones again: with the questions and messages of `start`. */
  resume(transfers: readonly Resumable[]): Promise<void> {
    return this.#fulfil(wishToResume(transfers));
  }

  async #fulfil(wish: Wish): Promise<void> {
    if (wish.names.length === 0 || !(await this.deps.ensureSignedIn())) {
      return;
    }
    const leaving = new AbortController();
    this.#running.add(leaving);
    try {
      const { outcomes, objects, resumable } = await this.#withProgress(wish, leaving.signal);
      void showResults({
        ...{ outcomes, objects, resumable },
        tryAgain: () => this.#fulfil(wish.only(failedPaths(outcomes))),
        pack: (folder) => this.#fulfil(wishForZip([Uri.file(folder)], wish.folder)),
      });
    } catch (error) {
      if (isAbort(error)) {
        safeWindow.showStatus(l10n.t('Upload cancelled.'), 5000);
        return;
      }
      void this.deps.reporter.report(error, {
        format: (sentence) => l10n.t('Nothing was uploaded: {0}', sentence),
        buttons: [{ label: l10n.t('Try Again'), press: () => this.#fulfil(wish) }],
        without: ['fetchAgain'],
      });
    } finally {
      this.#running.delete(leaving);
    }
  }

  #withProgress(wish: Wish, leaving: AbortSignal): Thenable<BatchResult> {
    const [first, ...others] = wish.names;
    const title =
      others.length === 0
        ? l10n.t('Uploading {0}', first ?? '')
        : l10n.t('Uploading {0} files', wish.names.length);
    return safeWindow.withProgress(
      { location: ProgressLocation.Notification, cancellable: true, title },
      (progress, token) => this.#run(wish, progress, AbortSignal.any([signalOf(token), leaving])),
    );
  }

  async #run(
    wish: Wish,
    progress: Progress<{ message?: string; increment?: number }>,
    signal: AbortSignal,
  ): Promise<BatchResult> {
    progress.report({ message: l10n.t('getting the credential…') });
    const credential = await this.deps.session.current(signal);
    const plan = await wish.plan(credential.keyPrefix);
    progress.report({ message: l10n.t('checking for existing objects…') });
    const tools = await this.deps.tools.get();
    const resumable = new Set<string>();
    const bytes = new BatchProgress(
      new Map(plan.files.map((file) => [idOf(file), file.size])),
      Date.now,
    );
    const drawing = new ThrottledRefresh(() =>
      progress.report({ message: bytes.text(l10n), increment: bytes.takeIncrement() }),
    );
    try {
      const batch = new Batch(
        this.#steps(tools, bytes, () => drawing.changed(), signal, resumable),
        new Conflicts(this.deps.ask ?? askConflict),
      );
      const brought = plan.files.length === 0 ? [] : await batch.run(plan.files, signal);
      const outcomes = [...brought, ...plan.refused];
      this.#logOutcomes(outcomes);
      const objects = objectsOf(brought, tools, credential);
      return { outcomes, objects, resumable: [...resumable] };
    } finally {
      drawing.dispose();
    }
  }

  /** @param resumable gets the names of the files that the engine can go on with */
  #steps(
    { engine, oss, fileSource, zipSource }: TransferServices,
    bytes: BatchProgress,
    draw: () => void,
    signal: AbortSignal,
    resumable: Set<string>,
  ): BatchSteps {
    const { session, accounts } = this.deps;
    const sourceOf = (file: BatchFile): Source | Promise<Source> =>
      file.zip === undefined
        ? fileSource(file.path)
        : zipSource(file.zip, (packedBytes, totalBytes) => {
            bytes.packed(idOf(file), packedBytes, totalBytes);
            draw();
          });
    const send = async (
      file: BatchFile,
      key: string,
      overwrite: boolean,
    ): Promise<UploadResult> => {
      const accountId = accounts.current?.id;
      if (accountId === undefined) {
        throw new CodedError('account.signedOut');
      }
      const options = {
        signal,
        onProgress: ({ sentBytes, totalBytes, stage }: TransferProgress) => {
          bytes.sized(idOf(file), totalBytes);
          bytes.sent(idOf(file), sentBytes);
          bytes.paused(idOf(file), stage === 'paused');
          draw();
        },
      };
      // What was answered when the transfer began still holds, unless it is answered anew.
      const source = await sourceOf(file);
      return file.transferId !== undefined && key === file.key
        ? engine.resume(file.transferId, {
            ...options,
            ...(file.zip && { source }),
            ...(overwrite && { overwrite }),
          })
        : engine.upload({ accountId, source, key, overwrite }, options);
    };
    return {
      upload: async (file, key, overwrite) => {
        try {
          const result = await send(file, key, overwrite);
          bytes.finished(idOf(file));
          draw();
          if (file.transferId !== undefined && key !== file.key) {
            await this.#discard(engine, file.transferId, signal);
          }
          return result;
        } catch (error) {
          if (isAbort(error) && !signal.aborted) {
            return 'cancelled'; // In the Transfers view, which shows what can be done now.
          }
          if (engine.transfers.some(isLeftOf(file, key))) {
            resumable.add(file.name);
          }
          throw error;
        }
      },
      stands: async (key) => {
        try {
          const head = await session.use(
            (credential) =>
              oss.headObject(
                { credential, network: networkOf(this.deps.accounts.current) },
                key,
                signal,
              ),
            signal,
          );
          return head !== undefined;
        } catch (error) {
          if (hasCode(error, 'oss.accessDenied')) {
            return undefined;
          }
          throw error;
        }
      },
      dropped: (file) => {
        bytes.dropped(idOf(file));
        draw();
      },
    };
  }

  /** The file stands under another key now, so nobody will go on with this. */
  async #discard(engine: TransferEngine, id: string, signal: AbortSignal): Promise<void> {
    try {
      await engine.discard(id, signal);
    } catch (error) {
      logFailure(this.deps.log, error);
    }
  }

  #logOutcomes(outcomes: readonly Outcome[]): void {
    const { log } = this.deps;
    for (const outcome of outcomes) {
      if (outcome.kind === 'uploaded') {
        const { key, size, crc64, verified, requestId } = outcome.result;
        const proof = verified ? `crc64 ${crc64}` : 'not verified';
        log.info(`uploaded ${key}, ${size} bytes, ${proof}, request ${requestId}`);
      } else if (outcome.kind === 'failed') {
        logFailure(log, outcome.error);
      } else {
        log.info(`${outcome.kind}: ${outcome.file.key}`);
      }
    }
  }
}

interface BatchResult {
  readonly outcomes: readonly Outcome[];
  readonly objects: readonly UploadedObject[];
  /** Names of the files that can be gone on with. */
  readonly resumable: readonly string[];
}

/** Identifies a file in its batch: one file may be on its way to several keys. */
function idOf({ transferId, path }: BatchFile): string {
  return transferId ?? path;
}

function isLeftOf(file: BatchFile, key: string): (transfer: Transfer) => boolean {
  return (transfer) =>
    transfer.state === 'interrupted' && transfer.key === key && transfer.name === file.name;
}

function objectsOf(
  outcomes: readonly Outcome[],
  { oss }: TransferServices,
  credential: Credential,
): readonly UploadedObject[] {
  return outcomes
    .filter((outcome) => outcome.kind === 'uploaded')
    .map(({ result: { key } }) => ({
      key,
      url: oss.objectUrl({ credential, network: 'public' }, key),
    }));
}

function failedPaths(outcomes: readonly Outcome[]): ReadonlySet<string> {
  return new Set(
    outcomes
      .filter(({ kind }) => kind === 'failed' || kind === 'notTried')
      .map(({ file }) => file.path),
  );
}
