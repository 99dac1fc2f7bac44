/**
 * What other extensions can do with EDAS Package Storage. Copy this file into your extension, name ours in
 * `extensionDependencies` of your package.json, and write
 *
 *     const edas = extensions.getExtension<EdasPackagesApi>('edas-tools.edas-package-storage');
 *     const api = await edas?.activate();
 *     const object = await api?.upload(file, { key: 'nightly/${fileName}', overwrite: true });
 *
 * Nothing here gives a key, a token or a signed URL away. A person is asked before the first upload in a window, and
 * before the first one that may replace something; the setting `edasPackages.api` answers for good.
 */
import type { CancellationToken, Event, Uri } from 'vscode';

export interface EdasPackagesApi {
  /** Grows when something of this changes so that old callers would break. */
  readonly version: 1;

  /**
   * Uploads a file to the package prefix of the account that is signed in, and resolves when it stands there.
   * Shows no progress, but the Transfers view lists it.
   * @throws `UploadFailure`; `CancellationError` by the token, or when the person cancels it in the Transfers view
   */
  upload(file: Uri, options?: UploadFileOptions): Promise<UploadedObject>;

  /** Told of each object that this window has uploaded, whoever asked for it. */
  readonly onDidUpload: Event<UploadedObject>;

  /** How it stands now; asks nothing of the network. */
  readonly credentialStatus: CredentialStatus;
}

export interface UploadFileOptions {
  /** Object key template below the package prefix; default: the person's setting. */
  readonly key?: string;
  /** Default false: what already exists stays, and the upload fails with `oss.objectExists`. */
  readonly overwrite?: boolean;
  /** Default false: signed out, it fails with `account.signedOut`. True asks the person to sign in. */
  readonly signIn?: boolean;
  readonly token?: CancellationToken;
  /** At most five times a second. */
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
  /** The server has counted the same CRC-64. False: it told none. */
  readonly verified: boolean;
  /** Through the public endpoint; unsigned, so that reading it takes permission. */
  readonly url: string;
  /** As EDAS takes it for a deploy: through the internal endpoint, unsigned. */
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
    /** Signed in, and nothing fetched yet. The next use fetches. */
    | 'none'
    | 'fetching'
    | 'ready'
    /** Little of its life is left. It renews itself at the next use. */
    | 'expiring'
    | 'expired'
    | 'failed';
  /** Of the account. */
  readonly regionId?: string;
  /** Where packages go, as far as a credential has told; so the others below. */
  readonly bucket?: string;
  readonly keyPrefix?: string;
  /** Server's time, ms since 1970. */
  readonly expiresAt?: number;
}
