import type { Network } from '../../alibaba/edas/credential';
import { assertSameLocation, type PackageLocation } from '../../credential/packageLocation';
import { CodedError } from '../../errors/catalogue';
import type {
  ObjectHead,
  OssClient,
  OssTarget,
  PartCopyRequest,
  PartCopyResponse,
  PartRequest,
  CompletedPart,
  PutResponse,
  PutRequest,
  ListedPart,
} from '../../oss/client';
import type { UploadRequest } from '../types';
import type { CredentialSession } from '../../credential/session';

/** The OSS operations that transfers need. */
export type TransferOss = Pick<
  OssClient,
  | 'putObject'
  | 'headObject'
  | 'deleteObject'
  | 'initiateMultipartUpload'
  | 'uploadPart'
  | 'uploadPartCopy'
  | 'completeMultipartUpload'
  | 'abortMultipartUpload'
  | 'listParts'
>;

/** How transfers reach OSS. */
export interface OssAccess {
  readonly session: Pick<CredentialSession, 'use' | 'current'>;
  readonly oss: TransferOss;
  readonly network: () => Network;
}

/**
 * The object that an upload creates. Each operation uses the credential that is current at that moment; a credential that
 * points to another bucket or prefix is refused, because the parts of one object must all go to one bucket.
 */
export class UploadTarget {
  constructor(
    private readonly access: OssAccess,
    private readonly location: PackageLocation,
    readonly key: string,
  ) {}

  /**
   * @throws CodedError `transfer.locationChanged` when the credential no longer points where the key was planned for,
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
    return this.location.bucket;
  }

  get keyPrefix(): string {
    return this.location.keyPrefix;
  }

  put(request: Omit<PutRequest, 'key'>, signal: AbortSignal): Promise<PutResponse> {
    const keyed = { ...request, key: this.key };
    return this.#use((target) => this.access.oss.putObject(target, keyed, signal), signal);
  }

  head(signal: AbortSignal): Promise<ObjectHead | undefined> {
    return this.#use((target) => this.access.oss.headObject(target, this.key, signal), signal);
  }

  delete(signal: AbortSignal): Promise<void> {
    return this.#use((target) => this.access.oss.deleteObject(target, this.key, signal), signal);
  }

  initiate(
    request: { readonly contentType: string; readonly forbidOverwrite: boolean },
    signal: AbortSignal,
  ): Promise<string> {
    const keyed = { ...request, key: this.key };
    return this.#use(
      (target) => this.access.oss.initiateMultipartUpload(target, keyed, signal),
      signal,
    );
  }

  uploadPart(request: Omit<PartRequest, 'key'>, signal: AbortSignal): Promise<PutResponse> {
    const keyed = { ...request, key: this.key };
    return this.#use((target) => this.access.oss.uploadPart(target, keyed, signal), signal);
  }

  /** @param request the key of its source is below the same package prefix */
  uploadPartCopy(
    request: Omit<PartCopyRequest, 'key'>,
    signal: AbortSignal,
  ): Promise<PartCopyResponse> {
    const keyed = { ...request, key: this.key };
    return this.#use((target) => this.access.oss.uploadPartCopy(target, keyed, signal), signal);
  }

  complete(
    request: {
      readonly uploadId: string;
      readonly parts: readonly CompletedPart[];
      readonly forbidOverwrite: boolean;
    },
    signal: AbortSignal,
  ): Promise<PutResponse> {
    const keyed = { ...request, key: this.key };
    return this.#use(
      (target) => this.access.oss.completeMultipartUpload(target, keyed, signal),
      signal,
    );
  }

  abort(uploadId: string, signal: AbortSignal): Promise<void> {
    const upload = { key: this.key, uploadId };
    return this.#use(
      (target) => this.access.oss.abortMultipartUpload(target, upload, signal),
      signal,
    );
  }

  listParts(uploadId: string, signal: AbortSignal): Promise<readonly ListedPart[]> {
    const upload = { key: this.key, uploadId };
    return this.#use((target) => this.access.oss.listParts(target, upload, signal), signal);
  }

  #use<T>(action: (target: OssTarget) => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.access.session.use((credential) => {
      assertSameLocation(credential, this.location, this.key);
      return action({ credential, network: this.access.network() });
    }, signal);
  }
}
