import type { Uri } from 'vscode';
import type { Credential } from '../core/alibaba/edas/credential';
import { CodedError } from '../core/errors/catalogue';
import { joinKey } from '../core/oss/objectKey';
import type { CredentialSession } from '../core/credential/session';
import type { UploadOptions } from '../core/transfer/types';
import type { CurrentAccount } from './account';
import type { Lazy } from './vscode/lazy';
import { objectNameOf, type NamingOptions } from './objects/objectName';
import type { TransferServices } from './transferServices';
import { withUrls, type UploadedPackage } from './objects/uploadedPackage';

export interface QuietUploadsDeps {
  readonly accounts: CurrentAccount;
  readonly session: CredentialSession;
  readonly tools: Lazy<TransferServices>;
}

/** One file on its way, with everything decided. */
export interface QuietUpload {
  readonly file: Uri;
  /** Object key, the package prefix included. */
  readonly key: string;
  readonly overwrite: boolean;
}

/** Uploads that ask nobody and show nothing: for tasks and for other extensions. The Transfers view lists them. */
export class QuietUploads {
  readonly #running = new Set<AbortController>();

  constructor(private readonly deps: QuietUploadsDeps) {}

  /** How many are under way. */
  get running(): number {
    return this.#running.size;
  }

  cancelAll(): void {
    for (const controller of this.#running) {
      controller.abort();
    }
  }

  /** @throws CodedError `account.signedOut`, and what fetching throws */
  async credential(signal: AbortSignal): Promise<Credential> {
    this.#accountId();
    return this.deps.session.current(signal);
  }

  /** @throws CodedError `source.notOnDisk`, `key.*` */
  async keyOf(file: Uri, prefix: string, naming: NamingOptions): Promise<string> {
    return joinKey(prefix, await objectNameOf(onDisk(file), naming));
  }

  /** @throws as the engine's `upload`; CodedError `account.signedOut`, `source.notOnDisk` */
  async upload(
    { file, key, overwrite }: QuietUpload,
    options: UploadOptions,
  ): Promise<UploadedPackage> {
    const accountId = this.#accountId();
    const { engine, oss, fileSource } = await this.deps.tools.get();
    const source = fileSource(onDisk(file).fsPath);
    const leaving = new AbortController();
    const signal = AbortSignal.any([options.signal, leaving.signal]);
    this.#running.add(leaving);
    try {
      // Before the upload: once the object is there, nothing may fail any more.
      const credential = await this.deps.session.current(signal);
      const request = { accountId, source, key, overwrite };
      const result = await engine.upload(request, { ...options, signal });
      return withUrls(result, credential, oss);
    } finally {
      this.#running.delete(leaving);
    }
  }

  #accountId(): string {
    const { current } = this.deps.accounts;
    if (current === undefined) {
      throw new CodedError('account.signedOut');
    }
    return current.id;
  }
}

function onDisk(file: Uri): Uri {
  if (file.scheme !== 'file') {
    throw new CodedError('source.notOnDisk', { subject: file.path });
  }
  return file;
}
