import type { ServerClock } from '../clock';
import type { HttpClient } from '../http/http';
import type { Log } from '../log';
import type * as oss from './types';

export type * from './types';

export class OssClient {
  constructor(
    readonly http: HttpClient,
    readonly clock: ServerClock,
    readonly log: Log,
  ) {}

  declare putObject: (
    target: oss.OssTarget,
    request: oss.PutRequest,
    signal?: AbortSignal,
  ) => Promise<oss.PutAnswer>;
  declare headObject: (
    target: oss.OssTarget,
    key: string,
    signal?: AbortSignal,
  ) => Promise<oss.ObjectHead | undefined>;
  declare initiateMultipartUpload: (
    target: oss.OssTarget,
    request: oss.InitiateRequest,
    signal?: AbortSignal,
  ) => Promise<string>;
  declare uploadPart: (
    target: oss.OssTarget,
    request: oss.PartRequest,
    signal?: AbortSignal,
  ) => Promise<oss.PutAnswer>;
  declare completeMultipartUpload: (
    target: oss.OssTarget,
    request: oss.CompleteRequest,
    signal?: AbortSignal,
  ) => Promise<oss.PutAnswer>;
  declare abortMultipartUpload: (
    target: oss.OssTarget,
    request: oss.UploadRef,
    signal?: AbortSignal,
  ) => Promise<void>;
  declare listParts: (
    target: oss.OssTarget,
    request: oss.UploadRef,
    signal?: AbortSignal,
  ) => Promise<readonly oss.StoredPart[]>;
  declare listMultipartUploads: (
    target: oss.OssTarget,
    request: { readonly prefix: string },
    signal?: AbortSignal,
  ) => Promise<readonly oss.OpenUpload[]>;
  declare listObjects: (
    target: oss.OssTarget,
    request: oss.ListRequest,
    signal?: AbortSignal,
  ) => Promise<oss.ListAnswer>;
  declare getObject: (
    target: oss.OssTarget,
    request: oss.GetRequest,
    signal?: AbortSignal,
  ) => Promise<oss.ObjectStream>;
  declare deleteObject: (target: oss.OssTarget, key: string, signal?: AbortSignal) => Promise<void>;
  declare signedUrl: (
    target: oss.OssTarget,
    request: { readonly key: string; readonly seconds: number },
  ) => string;
  declare objectUrl: (target: oss.OssTarget, key: string) => string;
}
