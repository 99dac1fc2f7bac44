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
 * Each throws `CodedError`s with `oss.*`, `response.*` and `network.*`, and an `AbortError`. Nothing is retried here
 * but a request that was refused for a clock that the response has corrected.
 */
export class OssClient {
  readonly #deps: OssClientDeps;

  readonly putObject = this.#operation(objects.putObject);
  readonly headObject = this.#operation(objects.headObject);
  readonly getObject = this.#operation(objects.getObject);
  readonly deleteObject = this.#operation(objects.deleteObject);
  readonly initiateMultipartUpload = this.#operation(multipart.initiateMultipartUpload);
  readonly uploadPart = this.#operation(multipart.uploadPart);
  readonly uploadPartCopy = this.#operation(multipart.uploadPartCopy);
  readonly completeMultipartUpload = this.#operation(multipart.completeMultipartUpload);
  readonly abortMultipartUpload = this.#operation(multipart.abortMultipartUpload);
  readonly listParts = this.#operation(listing.listParts);
  readonly listObjects = this.#operation(listing.listObjects);

  constructor(http: HttpClient, clock: ServerClock, log: Log) {
    // A clock of its own: what OSS says must not decide when the credential expires, nor how requests to EDAS are signed.
    this.#deps = { http, clock: clock.derive(), log, signer: new OssV4Signer() };
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
    const { signer, clock } = this.#deps;
    const moment = { time: ossV4Timestamp(clock.now()), region: credential.regionId };
    const request = { method: 'GET', bucket: credential.bucket, key, headers: {} };
    return `${objectUrl(target, key)}?${signer.presign(request, credential, moment, seconds)}`;
  }

  /** The object's URL, unsigned. */
  objectUrl(target: oss.OssTarget, key: string): string {
    return objectUrl(target, key);
  }

  #operation<Request, Result>(
    operation: (sender: OssRequestSender, request: Request) => Promise<Result>,
  ): (target: oss.OssTarget, request: Request, signal?: AbortSignal) => Promise<Result> {
    return (target, request, signal) =>
      operation(new OssRequestSender(this.#deps, target, signal), request);
  }
}
