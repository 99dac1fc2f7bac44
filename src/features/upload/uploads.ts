import { l10n, ProgressLocation, Uri, window, type Progress } from 'vscode';
import type { Credential } from '../../core/edas/credential';
import { CodedError, isAbort, isCoded } from '../../core/errors';
import type { Log } from '../../core/log';
import type { CredentialSession } from '../../core/session/session';
import { fileSource } from '../../core/transfer/source';
import type { CurrentAccount } from '../../kit/account';
import { signalOf } from '../../kit/cancellation';
import type { Lazy } from '../../kit/lazy';
import { logFailure } from '../../kit/log';
import type { Reporter } from '../../kit/report';
import { networkSetting } from '../../kit/settings';
import type { TransferTools } from '../../kit/transferTools';
import { askConflict } from './askConflict';
import { Batch, type BatchFile, type BatchSteps, type Outcome } from './batch';
import { Conflicts, type AskConflict } from './conflicts';
import { lastPartOf } from './freeKey';
import { planFor } from './plan';
import { BatchProgress } from './progress';
import { showResults, type UploadedObject } from './results';

export interface UploadsDeps {
  readonly accounts: CurrentAccount;
  readonly session: CredentialSession;
  readonly tools: Lazy<TransferTools>;
  readonly reporter: Reporter;
  readonly log: Log;
  /** Signs in when nobody is; false when the person left. */
  readonly ensureSignedIn: () => Promise<boolean>;
  /** The conflict question; a parameter so that a test can answer. */
  readonly ask?: AskConflict;
}

/** At most so often is the notification drawn, ms. */
const drawEveryMs = 200;
/** So many objects are offered again by Copy Object URL. */
const mostRecent = 20;

/** Uploads from the first click to the message at the end. */
export class Uploads {
  readonly #running = new Set<AbortController>();
  #recent: readonly UploadedObject[] = [];

  constructor(private readonly deps: UploadsDeps) {}

  /** How many batches are under way. */
  get running(): number {
    return this.#running.size;
  }

  /** What was uploaded since the window opened, the newest first. */
  get recent(): readonly UploadedObject[] {
    return this.#recent;
  }

  cancelAll(): void {
    for (const controller of this.#running) {
      controller.abort();
    }
  }

  /** Uploads files to the package prefix, signing in first where nobody is. Resolves when all are done. */
  async start(files: readonly Uri[]): Promise<void> {
    if (files.length === 0 || !(await this.deps.ensureSignedIn())) {
      return;
    }
    const leaving = new AbortController();
    this.#running.add(leaving);
    try {
      const { outcomes, objects } = await this.#withProgress(files, leaving.signal);
      this.#recent = [...objects, ...this.#recent].slice(0, mostRecent);
      void showResults({
        outcomes,
        objects,
        tryAgain: () => this.start(failedOf(outcomes)),
      });
    } catch (error) {
      if (isAbort(error)) {
        window.setStatusBarMessage(l10n.t('Upload cancelled.'), 5000);
        return;
      }
      void this.deps.reporter.report(error, {
        words: (sentence) => l10n.t('Nothing was uploaded: {0}', sentence),
        buttons: [{ label: l10n.t('Try Again'), press: () => this.start(files) }],
        without: ['fetchAgain'],
      });
    } finally {
      this.#running.delete(leaving);
    }
  }

  #withProgress(files: readonly Uri[], leaving: AbortSignal): Thenable<BatchResult> {
    const [first] = files;
    const title =
      files.length === 1 && first !== undefined
        ? l10n.t('Uploading {0}', lastPartOf(first.path))
        : l10n.t('Uploading {0} files', files.length);
    return window.withProgress(
      { location: ProgressLocation.Notification, cancellable: true, title },
      (progress, token) => this.#run(files, progress, AbortSignal.any([signalOf(token), leaving])),
    );
  }

  async #run(
    uris: readonly Uri[],
    progress: Progress<{ message?: string; increment?: number }>,
    signal: AbortSignal,
  ): Promise<BatchResult> {
    progress.report({ message: l10n.t('getting the credential…') });
    const credential = await this.deps.session.current(signal);
    const plan = await planFor(uris, credential.keyPrefix);
    progress.report({ message: l10n.t('looking what stands already…') });
    const tools = await this.deps.tools.get();
    const batch = new Batch(
      this.#steps(plan.files, tools, progress, signal),
      new Conflicts(this.deps.ask ?? askConflict),
    );
    const brought = plan.files.length === 0 ? [] : await batch.run(plan.files, signal);
    const outcomes = [...brought, ...plan.refused];
    this.#logOutcomes(outcomes);
    return { outcomes, objects: objectsOf(brought, tools, credential) };
  }

  #steps(
    files: readonly BatchFile[],
    { engine, oss }: TransferTools,
    progress: Progress<{ message?: string; increment?: number }>,
    signal: AbortSignal,
  ): BatchSteps {
    const { session, accounts } = this.deps;
    const bytes = new BatchProgress(new Map(files.map(({ path, size }) => [path, size])), Date.now);
    let drawnAt = 0;
    const draw = (): void => {
      if (Date.now() - drawnAt >= drawEveryMs) {
        drawnAt = Date.now();
        progress.report({ message: bytes.text(l10n), increment: bytes.takeIncrement() });
      }
    };
    return {
      upload: async (file, key, overwrite) => {
        const accountId = accounts.current?.id;
        if (accountId === undefined) {
          throw new CodedError('account.signedOut');
        }
        const result = await engine.upload(
          { accountId, source: fileSource(file.path), key, overwrite },
          {
            signal,
            onProgress: ({ sentBytes, stage }) => {
              bytes.sent(file.path, sentBytes);
              bytes.paused(file.path, stage === 'paused');
              draw();
            },
          },
        );
        bytes.finished(file.path);
        draw();
        return result;
      },
      stands: async (key) => {
        try {
          const head = await session.use(
            (credential) => oss.headObject({ credential, network: networkSetting() }, key, signal),
            signal,
          );
          return head !== undefined;
        } catch (error) {
          if (isCoded(error, 'oss.accessDenied')) {
            return undefined;
          }
          throw error;
        }
      },
      dropped: (file) => {
        bytes.dropped(file.path);
        draw();
      },
    };
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
}

function objectsOf(
  outcomes: readonly Outcome[],
  { oss }: TransferTools,
  credential: Credential,
): readonly UploadedObject[] {
  return outcomes
    .filter((outcome) => outcome.kind === 'uploaded')
    .map(({ result: { key } }) => ({
      key,
      url: oss.objectUrl({ credential, network: 'public' }, key),
    }));
}

function failedOf(outcomes: readonly Outcome[]): readonly Uri[] {
  return outcomes
    .filter(({ kind }) => kind === 'failed' || kind === 'notTried')
    .map(({ file }) => Uri.file(file.path));
}
