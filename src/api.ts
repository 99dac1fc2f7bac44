/**
 * What other extensions can do with EDAS Package Storage. Copy this file into your extension, name ours in
 * `extensionDependencies` of your package.json, and write
 *
 *     const edas = extensions.getExtension<EdasPackagesApi>('edas-tools.edas-package-storage');
 *     const api = await edas?.activate();
 *     const object = await api?.upload(file, { key: 'nightly/${fileName}', overwrite: true });
 *
 * Nothing here returns a secret key, a security token or a signed URL. VS Code asks the person before the first upload in
 * a window, and before the first one that may overwrite an object. The setting `edasPackages.api` allows or denies all.
 */
import type { CancellationToken, Event, Uri } from 'vscode';

export interface EdasPackagesApi {
  /** Increases with each change that breaks existing callers. */
  readonly version: 1;

  /**
   * Uploads a file to the package prefix of the account that is signed in. Resolves when the object exists; its
   * `verified` says whether the server has returned its CRC-64. Another CRC-64 is a failure. Shows no progress notification,
   * but the Transfers view lists it.
   * @throws `UploadFailure`; `CancellationError` by the token, or when the person cancels the upload in the Transfers view
   */
  upload(file: Uri, options?: UploadFileOptions): Promise<UploadedObject>;

  /** Fires for each object that this window has uploaded: by a command, a task, an agent or an extension. */
  readonly onDidUpload: Event<UploadedObject>;

  /** The current status; no request is sent. */
  readonly credentialStatus: CredentialStatus;
}

export interface UploadFileOptions {
  /** Object key template below the package prefix; default: the person's setting. */
  readonly key?: string;
  /** Default false: the upload fails with `oss.objectExists` when the key exists. */
  readonly overwrite?: boolean;
  /** Whether the person is prompted to sign in. Default false: the upload fails with `account.signedOut` when nobody is. */
  readonly signIn?: boolean;
  readonly token?: CancellationToken;
  /** Called at most five times a second. */
  readonly onProgress?: (progress: UploadProgress) => void;
}

export interface UploadProgress {
  readonly sentBytes: number;
  readonly totalBytes: number;
}

export interface UploadedObject {
  /** Name of the file that was uploaded. */
  readonly fileName: string;
  readonly bucket: string;
  /** Object key, the package prefix included. */
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** How many bytes were sent: fewer than `size` where unchanged ones were copied, 0 where the same object existed. */
  readonly sentBytes: number;
  /** CRC-64 of the file, in decimal digits. */
  readonly crc64: string;
  /** Whether the server returned the same CRC-64. False when it returned none. */
  readonly verified: boolean;
  /** URL with the public endpoint, unsigned: reading the object needs permission. */
  readonly url: string;
  /** URL with the internal endpoint, unsigned, as EDAS expects it for a deployment. */
  readonly internalUrl: string;
}

/** An upload that failed. Its message is a sentence in the person's language. */
export interface UploadFailure extends Error {
  readonly name: 'UploadFailure';
  /** For instance `api.denied`, `workspace.notTrusted`, `account.signedOut`, `oss.objectExists`, `source.notFound`, `key.outsidePrefix`, `network.refused`. */
  readonly code: string;
}

export interface CredentialStatus {
  readonly state:
    | 'signedOut'
    /** Signed in, but no credential has been fetched yet. The next use fetches it. */
    | 'none'
    | 'fetching'
    | 'ready'
    /** The credential expires soon. The next use renews it. */
    | 'expiring'
    | 'expired'
    | 'failed';
  /** Region of the account. */
  readonly regionId?: string;
  /** Bucket of the credential. This and the next two are absent before a credential has been fetched. */
  readonly bucket?: string;
  readonly keyPrefix?: string;
  /** When the credential expires, by the server's clock; ms since 1970. */
  readonly expiresAt?: number;
}
