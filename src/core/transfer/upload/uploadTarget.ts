import type { Network } from '../../alibaba/edas/credential';
import { assertSameLocation, type PackageLocation } from '../../credential/packageLocation';
import { CodedError } from '../../errors/catalogue';
import type {
  ObjectHead,
  OssClient,
  OssTarget,
  CompleteRequest,
  InitiateRequest,
  PartCopyRequest,
  PartCopyResponse,
  PartRequest,
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
    return this.#use((oss, at) => oss.putObject(at, { ...request, key: this.key }, signal), signal);
  }

  head(signal: AbortSignal): Promise<ObjectHead | undefined> {
    return this.#use((oss, at) => oss.headObject(at, this.key, signal), signal);
  }

  delete(signal: AbortSignal): Promise<void> {
    return this.#use((oss, at) => oss.deleteObject(at, this.key, signal), signal);
  }

  initiate(request: Omit<InitiateRequest, 'key'>, signal: AbortSignal): Promise<string> {
    const keyed = { ...request, key: this.key };
    return this.#use((oss, at) => oss.initiateMultipartUpload(at, keyed, signal), signal);
  }

  uploadPart(request: Omit<PartRequest, 'key'>, signal: AbortSignal): Promise<PutResponse> {
    const keyed = { ...request, key: this.key };
    return this.#use((oss, at) => oss.uploadPart(at, keyed, signal), signal);
  }

  /** @param request the key of its source is below the same package prefix */
  uploadPartCopy(
    request: Omit<PartCopyRequest, 'key'>,
    signal: AbortSignal,
  ): Promise<PartCopyResponse> {
    const keyed = { ...request, key: this.key };
    return this.#use((oss, at) => oss.uploadPartCopy(at, keyed, signal), signal);
  }

  complete(request: Omit<CompleteRequest, 'key'>, signal: AbortSignal): Promise<PutResponse> {
    const keyed = { ...request, key: this.key };
    return this.#use((oss, at) => oss.completeMultipartUpload(at, keyed, signal), signal);
  }

  abort(uploadId: string, signal: AbortSignal): Promise<void> {
    const upload = { key: this.key, uploadId };
    return this.#use((oss, at) => oss.abortMultipartUpload(at, upload, signal), signal);
  }

  listParts(uploadId: string, signal: AbortSignal): Promise<readonly ListedPart[]> {
    const upload = { key: this.key, uploadId };
    return this.#use((oss, at) => oss.listParts(at, upload, signal), signal);
  }

  #use<T>(
    operation: (oss: TransferOss, at: OssTarget) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const { session, oss, network } = this.access;
    return session.use((credential) => {
      assertSameLocation(credential, this.location, this.key);
      return operation(oss, { credential, network: network() });
    }, signal);
  }
}
