import type { Credential, Network } from '../alibaba/edas/credential';
import type { HttpBody, HttpStream } from '../http/types';

/** A credential, and which of its endpoints to use. */
export interface OssTarget {
  readonly credential: Credential;
  readonly network: Network;
}

export interface PutRequest {
  readonly key: string;
  readonly body: Uint8Array | HttpBody;
  readonly contentType?: string;
  /** Fails with `oss.objectExists` when the key already exists. */
  readonly forbidOverwrite: boolean;
}

/** The response about bytes that OSS has stored. */
export interface PutResponse {
  /** Without the quotes that it has in the response. */
  readonly etag: string;
  /** CRC-64 of the bytes as the server computed it; not every server does. */
  readonly crc64?: bigint;
  readonly requestId: string;
  readonly versionId?: string;
}

export interface ObjectHead {
  /** Of the whole object, bytes. */
  readonly size: number;
  readonly etag: string;
  readonly crc64?: bigint;
  /** ms since 1970. */
  readonly lastModified: number;
  readonly requestId: string;
}

export type InitiateRequest = Omit<PutRequest, 'body'>;

export interface MultipartRef {
  readonly key: string;
  readonly uploadId: string;
}

export interface PartRequest extends MultipartRef {
  /** 1 to 10,000. */
  readonly partNumber: number;
  readonly body: Uint8Array | HttpBody;
}

/** A part that the server makes of a range of an existing object in the same bucket. */
export interface PartCopyRequest extends MultipartRef {
  /** 1 to 10,000. */
  readonly partNumber: number;
  readonly sourceKey: string;
  /** Fails with `oss.preconditionFailed` when the source has another ETag. */
  readonly sourceEtag: string;
  /** First byte of the range in the source. */
  readonly start: number;
  /** Of the range, bytes, 1 or more. */
  readonly length: number;
}

/** The response to a copy. It has no CRC-64. */
export interface PartCopyResponse {
  readonly etag: string;
  readonly requestId: string;
}

export interface CompletedPart {
  readonly partNumber: number;
  readonly etag: string;
}

export interface CompleteRequest extends MultipartRef {
  /** In any order. */
  readonly parts: readonly CompletedPart[];
  readonly forbidOverwrite: boolean;
}

/** A part that the server has stored. */
export interface ListedPart extends CompletedPart {
  /** Bytes. */
  readonly size: number;
  readonly crc64?: bigint;
}

export interface ListRequest {
  readonly prefix: string;
  readonly delimiter?: string;
  readonly continuationToken?: string;
  /** 1 to 1,000; the server's default is 100. */
  readonly maxKeys?: number;
}

export interface ListedObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly etag: string;
  /** ms since 1970. */
  readonly lastModified: number;
}

export interface ListResponse {
  readonly objects: readonly ListedObject[];
  readonly prefixes: readonly string[];
  readonly nextToken?: string;
}

export interface GetRequest {
  readonly key: string;
  /** First byte to read; default 0. */
  readonly from?: number;
  /** Fails unless the object has this ETag, as when a download continues. */
  readonly etag?: string;
}

export type ObjectStream = HttpStream & ObjectHead;
