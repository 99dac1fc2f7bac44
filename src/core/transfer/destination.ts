import type { Network } from '../alibaba/edas/credential';
import { assertSameLocation, type PackageLocation } from '../credential/packageLocation';
import { CodedError } from '../errors/catalogue';
import type {
  ObjectHead,
  OssClient,
  OssTarget,
  PartRequest,
  CompletedPart,
  PutResponse,
  PutRequest,
  ListedPart,
} from '../oss/client';
import type { UploadRequest } from './types';
import type { CredentialSession } from '../credential/session';

/** The operations that transfers need. */
export type TransferOss = Pick<
  OssClient,
  | 'putObject'
  | 'headObject'
  | 'deleteObject'
  | 'initiateMultipartUpload'
  | 'uploadPart'
  | 'completeMultipartUpload'
  | 'abortMultipartUpload'
  | 'listParts'
>;

/** What leads to OSS. */
export interface OssAccess {
  readonly session: Pick<CredentialSession, 'use' | 'current'>;
  readonly oss: TransferOss;
  readonly network: () => Network;
}

/**
 * The object that a transfer makes. Each operation goes out with the credential that is current then; one that has
 * come to point elsewhere is refused, because half of an object there and half here is none.
 */
export class UploadTarget {
  constructor(
    private readonly way: OssAccess,
    private readonly place: PackageLocation,
    readonly key: string,
  ) {}

  /**
   * @throws CodedError `transfer.credentialMoved` when the credential no longer points where the key was planned for,
   * `key.outsidePrefix`, and what the session throws
   */
  static async find(
    access: OssAccess,
    { key, location }: Pick<UploadRequest, 'key' | 'location'>,
    signal: AbortSignal,
  ): Promise<UploadTarget> {
    const credential = await access.session.current(signal);
    if (location !== undefined) {
      assertSameLocation(credential, location, key);
    }
    const { bucket, keyPrefix } = credential;
    if (!key.startsWith(`${keyPrefix}/`)) {
      throw new CodedError('key.outsidePrefix', { subject: key, detail: keyPrefix });
    }
    return new UploadTarget(access, { bucket, keyPrefix }, key);
  }

  get bucket(): string {
    return this.place.bucket;
  }

  get keyPrefix(): string {
    return this.place.keyPrefix;
  }

  put(request: Omit<PutRequest, 'key'>, signal: AbortSignal): Promise<PutResponse> {
    const whole = { ...request, key: this.key };
    return this.#use((target) => this.way.oss.putObject(target, whole, signal), signal);
  }

  head(signal: AbortSignal): Promise<ObjectHead | undefined> {
    return this.#use((target) => this.way.oss.headObject(target, this.key, signal), signal);
  }

  delete(signal: AbortSignal): Promise<void> {
    return this.#use((target) => this.way.oss.deleteObject(target, this.key, signal), signal);
  }

  initiate(
    request: { readonly contentType: string; readonly forbidOverwrite: boolean },
    signal: AbortSignal,
  ): Promise<string> {
    const whole = { ...request, key: this.key };
    return this.#use(
      (target) => this.way.oss.initiateMultipartUpload(target, whole, signal),
      signal,
    );
  }

  uploadPart(request: Omit<PartRequest, 'key'>, signal: AbortSignal): Promise<PutResponse> {
    const whole = { ...request, key: this.key };
    return this.#use((target) => this.way.oss.uploadPart(target, whole, signal), signal);
  }

  complete(
    request: {
      readonly uploadId: string;
      readonly parts: readonly CompletedPart[];
      readonly forbidOverwrite: boolean;
    },
    signal: AbortSignal,
  ): Promise<PutResponse> {
    const whole = { ...request, key: this.key };
    return this.#use(
      (target) => this.way.oss.completeMultipartUpload(target, whole, signal),
      signal,
    );
  }

  abort(uploadId: string, signal: AbortSignal): Promise<void> {
    const upload = { key: this.key, uploadId };
    return this.#use((target) => this.way.oss.abortMultipartUpload(target, upload, signal), signal);
  }

  listParts(uploadId: string, signal: AbortSignal): Promise<readonly ListedPart[]> {
    const upload = { key: this.key, uploadId };
    return this.#use((target) => this.way.oss.listParts(target, upload, signal), signal);
  }

  #use<T>(action: (target: OssTarget) => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.way.session.use((credential) => {
      assertSameLocation(credential, this.place, this.key);
      return action({ credential, network: this.way.network() });
    }, signal);
  }
}
