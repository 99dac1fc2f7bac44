import type { Choice } from '../../common/settings/settings';
import { CodedError } from '../../core/errors/catalogue';

/** What another extension wants to upload. */
export interface ConsentRequest {
  /** Path of the file. */
  readonly file: string;
  /** Name below the package prefix. */
  readonly name: string;
  /** It may replace what exists. */
  readonly overwrite: boolean;
}

/** The person's answer; undefined when they dismissed the prompt, which denies uploads in this window. */
export type ConsentAnswer = 'always' | 'never' | 'window' | undefined;

export interface ConsentDeps {
  readonly isTrusted: () => boolean;
  readonly setting: () => Choice<'api'>;
  readonly ask: (request: ConsentRequest) => Promise<ConsentAnswer>;
  /** Saves an answer that holds for all windows. */
  readonly save: (setting: Choice<'api'>) => PromiseLike<void>;
}

/**
 * Whether other extensions may upload. An extension cannot know which one calls it, so a consent is for all of them:
 * requested once in a window, and again before the first upload that may replace an object.
 */
export class ApiConsent {
  /** What was answered in this window. An answer about replacing holds for all uploads, but not the other way round. */
  #mayUpload: boolean | undefined;
  #mayOverwrite: boolean | undefined;
  /** Simultaneous uploads wait for each other's question, so that one answer serves them all. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly deps: ConsentDeps) {}

  /** @throws CodedError `workspace.notTrusted`, `api.denied` */
  async require(request: ConsentRequest): Promise<void> {
    const allowed = this.#last.then(() => this.#isAllowed(request));
    this.#last = allowed.catch(() => undefined);
    if (!(await allowed)) {
      throw new CodedError('api.denied');
    }
  }

  async #isAllowed(request: ConsentRequest): Promise<boolean> {
    const { isTrusted, setting, ask, save } = this.deps;
    if (!isTrusted()) {
      throw new CodedError('workspace.notTrusted');
    }
    if (setting() !== 'ask') {
      return setting() === 'allow';
    }
    const given = request.overwrite ? this.#mayOverwrite : this.#mayUpload;
    if (given !== undefined) {
      return given;
    }
    const answer = await ask(request);
    // A dismissed prompt is not repeated: an extension could otherwise prompt until the person gives in.
    const isAllowed = answer === 'always' || answer === 'window';
    if (request.overwrite) {
      this.#mayOverwrite = isAllowed;
      // Who does not want something replaced may still want other uploads.
      this.#mayUpload ??= isAllowed || undefined;
    } else {
      this.#mayUpload = isAllowed;
      this.#mayOverwrite = isAllowed ? undefined : false;
    }
    if (answer === 'always' || answer === 'never') {
      await save(answer === 'always' ? 'allow' : 'deny');
    }
    return isAllowed;
  }
}
