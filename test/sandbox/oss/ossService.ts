import type { IncomingMessage } from 'node:http';

import type { CredentialIssuer, IssuedCredential } from '../edas/issuer';
import type { ServerCertificate } from '../network/authority';
import type { SandboxKey, SandboxSettings } from '../options';
import type { ServiceResponse } from '../server/response';
import { ServiceError } from '../server/errors';
import type { Exchange } from '../server/exchange';
import type { RequestLogEntry } from '../server/requestLog';
import type { Operation, OssOperation } from '../server/operations';
import { HttpService, type RequestSubject, type ServiceContext } from '../server/service';
import { document } from '../server/xml';
import type { Storage } from '../store/storage';
import { Callers } from './caller';
import { listMultipartUploads, listObjects } from './listing';
import { abort, complete, initiate, listParts, uploadPart } from './multipart';
import { uploadPartCopy } from './partCopy';
import { deleteObject, getObject, headObject, putObject } from './objects';
import { checkLocation, checkPolicy, type BucketLocation } from './policy';
import { readTarget, type Target } from './target';

/** One authorized call of an OSS operation. */
export interface OssCall {
  readonly exchange: Exchange;
  readonly target: Target;
  readonly storage: Storage;
  readonly bucket: string;
  /** Service's time, ms since 1970. */
  readonly now: () => number;
  readonly caller: IssuedCredential | undefined;
  readonly settings: SandboxSettings;
}

const operations = {
  PutObject: putObject,
  HeadObject: headObject,
  GetObject: getObject,
  DeleteObject: deleteObject,
  ListObjectsV2: listObjects,
  InitiateMultipartUpload: initiate,
  UploadPart: uploadPart,
  UploadPartCopy: uploadPartCopy,
  CompleteMultipartUpload: complete,
  AbortMultipartUpload: abort,
  ListParts: listParts,
  ListMultipartUploads: listMultipartUploads,
};

/** OSS with one bucket. */
export class OssService extends HttpService {
  private readonly callers: Callers;

  constructor(
    context: ServiceContext,
    private readonly issuer: CredentialIssuer,
    keys: readonly SandboxKey[],
    private readonly storage: Storage,
    private readonly location: BucketLocation,
    host: string,
    certificate: ServerCertificate | undefined,
  ) {
    super('oss', context, host, certificate);
    this.callers = new Callers(issuer, keys, context.clock, location.region);
  }

  protected describeRequest(request: IncomingMessage): RequestSubject {
    const { operation, key, partNumber, uploadId } = readTarget(request);
    return {
      operation,
      ...(key && { key }),
      ...(partNumber !== undefined && { partNumber }),
      ...(uploadId !== undefined && { uploadId }),
    };
  }

  protected async work(exchange: Exchange): Promise<ServiceResponse> {
    const target = readTarget(exchange.request);
    if (target.problem) throw target.problem;
    if (exchange.fault?.kind === 'expireToken') this.expireTokenOf(exchange, target);
    const caller = this.callers.identify(exchange, target);
    checkLocation(target, this.location);
    checkPolicy(target, caller, this.context.settings.denied);
    if (!isOssOperation(target.operation))
      throw new ServiceError(
        501,
        'NotImplemented',
        'A header you provided implies functionality that is not implemented.',
      );
    const now = () => this.context.clock.now();
    const { settings } = this.context;
    const { bucket } = this.location;
    const call = { exchange, target, storage: this.storage, bucket, now, caller, settings };
    const response = await operations[target.operation](call);
    return changeCrc(response, exchange);
  }

  protected refusal(exchange: Exchange, error: ServiceError): ServiceResponse {
    const body = document('Error', {
      Code: error.code,
      Message: error.message,
      RequestId: exchange.entry.requestId,
      HostId: exchange.header('host') ?? '',
      ...error.more.elements,
      ...(error.more.ec && {
        EC: error.more.ec,
        RecommendDoc: `https://api.aliyun.com/troubleshoot?q=${error.more.ec}`,
      }),
    });
    const headers: Record<string, string> = { ...error.more.headers };
    if (error.more.ec) headers['x-oss-ec'] = error.more.ec;
    if (exchange.request.method === 'HEAD') {
      headers['x-oss-err'] = Buffer.from(body).toString('base64');
      return { status: error.status, headers };
    }
    return {
      status: error.status,
      headers: { ...headers, 'Content-Type': 'application/xml' },
      body,
    };
  }

  protected commonHeaders(entry: RequestLogEntry): Record<string, string> {
    return {
      Server: 'AliyunOSS',
      Date: new Date(this.context.clock.now()).toUTCString(),
      'x-oss-request-id': entry.requestId,
      'x-oss-server-time': '1',
    };
  }

  private expireTokenOf(exchange: Exchange, { query }: Target): void {
    const token = exchange.header('x-oss-security-token') ?? query['x-oss-security-token'];
    const issued = token ? this.issuer.findToken(token) : undefined;
    if (issued) this.issuer.expire([issued]);
  }
}

const crcHeader = 'x-oss-hash-crc64ecma';

/** Applies the fault of a wrong or missing CRC-64. */
function changeCrc(response: ServiceResponse, { fault }: Exchange): ServiceResponse {
  const crc = response.headers?.[crcHeader];
  if (fault?.kind !== 'crc' || crc === undefined) return response;
  const headers = new Map(Object.entries(response.headers ?? {}));
  if (fault.value === 'wrong') headers.set(crcHeader, (BigInt(crc) ^ 1n).toString());
  else headers.delete(crcHeader);
  return { ...response, headers: Object.fromEntries(headers) };
}

function isOssOperation(operation: Operation): operation is OssOperation {
  return Object.hasOwn(operations, operation);
}
