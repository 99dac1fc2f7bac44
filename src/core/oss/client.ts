import type { ServerClock } from '../util/clock';
import type { HttpClient } from '../http/types';
import type { Log } from '../util/log';
import { objectUrl } from './urls';
import { OssRequestSender, type OssClientDeps } from './requestSender';
import * as listing from './listing';
import * as multipart from './multipart';
import * as objects from './objects';
import { OssV4Signer, ossV4Timestamp } from './signatureV4';
import type * as oss from './types';

export type * from './types';

/**
 * The operations of OSS that packages need, with OSS's names; signed OSS4 with the security token.
 * Each throws `CodedError`s with `oss.*`, `answer.*` and `network.*`, and an `AbortError`. Nothing is retried here
 * but a request that was refused for a clock that the response has corrected.
 */
export class OssClient {
  readonly #tools: OssClientDeps;

  constructor(http: HttpClient, clock: ServerClock, log: Log) {
    // A clock of its own: what OSS says must not decide when the credential expires, nor how requests to EDAS are signed.
    this.#tools = { http, clock: clock.derive(), log, signer: new OssV4Signer() };
  }

  /** At most 5 GB. */
  putObject(
    target: oss.OssTarget,
    request: oss.PutRequest,
    signal?: AbortSignal,
  ): Promise<oss.PutResponse> {
    return objects.putObject(this.#at(target, signal), request);
  }

  /** Undefined when there is no object of that key. */
  headObject(
    target: oss.OssTarget,
    key: string,
    signal?: AbortSignal,
  ): Promise<oss.ObjectHead | undefined> {
    return objects.headObject(this.#at(target, signal), key);
  }

  /** The bytes of an object while they arrive, from `from` on. Size and CRC-64 are those of the whole object. */
  getObject(
    target: oss.OssTarget,
    request: oss.GetRequest,
    signal?: AbortSignal,
  ): Promise<oss.ObjectStream> {
    return objects.getObject(this.#at(target, signal), request);
  }

  /** An object that does not exist counts as deleted. */
  deleteObject(target: oss.OssTarget, key: string, signal?: AbortSignal): Promise<void> {
    return objects.deleteObject(this.#at(target, signal), key);
  }

  /** @returns the upload id */
  initiateMultipartUpload(
    target: oss.OssTarget,
    request: oss.InitiateRequest,
    signal?: AbortSignal,
  ): Promise<string> {
    return multipart.initiateMultipartUpload(this.#at(target, signal), request);
  }

  /** 100 KB to 5 GB; only the last part of an object may be smaller. An existing part of that number is replaced. */
  uploadPart(
    target: oss.OssTarget,
    request: oss.PartRequest,
    signal?: AbortSignal,
  ): Promise<oss.PutResponse> {
    return multipart.uploadPart(this.#at(target, signal), request);
  }

  /**
   * Makes a part of a range of an existing object; the same limits as for `uploadPart`.
   * @throws CodedError `transfer.sizeMismatch` when the server says that it copied another range; `oss.accessDenied`
   * without the right to read the source, `oss.preconditionFailed`, `oss.noSuchKey` or `oss.archived` when the source
   * cannot be used
   */
  uploadPartCopy(
    target: oss.OssTarget,
    request: oss.PartCopyRequest,
    signal?: AbortSignal,
  ): Promise<oss.PartCopyResponse> {
    return multipart.uploadPartCopy(this.#at(target, signal), target.credential.bucket, request);
  }

  /** The CRC-64 in the response is that of the whole object. */
  completeMultipartUpload(
    target: oss.OssTarget,
    request: oss.CompleteRequest,
    signal?: AbortSignal,
  ): Promise<oss.PutResponse> {
    return multipart.completeMultipartUpload(this.#at(target, signal), request);
  }

  /** An upload that does not exist counts as aborted. A part in flight may still be stored: list, and abort again. */
  abortMultipartUpload(
    target: oss.OssTarget,
    request: oss.MultipartRef,
    signal?: AbortSignal,
  ): Promise<void> {
    return multipart.abortMultipartUpload(this.#at(target, signal), request);
  }

  /** All parts that the server holds, in the order of their numbers. */
  listParts(
    target: oss.OssTarget,
    request: oss.MultipartRef,
    signal?: AbortSignal,
  ): Promise<readonly oss.ListedPart[]> {
    return listing.listParts(this.#at(target, signal), request);
  }

  /** One page of the objects below a prefix. */
  listObjects(
    target: oss.OssTarget,
    request: oss.ListRequest,
    signal?: AbortSignal,
  ): Promise<oss.ListResponse> {
    return listing.listObjects(this.#at(target, signal), request);
  }

  /**
   * A URL with which anyone can download the object until it expires, or the credential does.
   * @param request.seconds 1 to 604,800
   */
  signedUrl(
    target: oss.OssTarget,
    { key, seconds }: { readonly key: string; readonly seconds: number },
  ): string {
    const { credential } = target;
    const { signer, clock } = this.#tools;
    const moment = { time: ossV4Timestamp(clock.now()), region: credential.regionId };
    const request = { method: 'GET', bucket: credential.bucket, key, headers: {} };
    return `${objectUrl(target, key)}?${signer.presign(request, credential, moment, seconds)}`;
  }

  /** The object's URL, unsigned. */
  objectUrl(target: oss.OssTarget, key: string): string {
    return objectUrl(target, key);
  }

  #at(target: oss.OssTarget, signal?: AbortSignal): OssRequestSender {
    return new OssRequestSender(this.#tools, target, signal);
  }
}
