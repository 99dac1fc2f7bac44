// Types for the official code that checks signatures, which has none for this entry point.

declare module 'ali-oss/lib/common/signUtils' {
  interface SignedRequest {
    readonly headers: Readonly<Record<string, string>>;
    readonly queries?: Readonly<Record<string, string | number | null>>;
  }
  /** Its functions call each other through `this`. */
  const signUtils: {
    authorizationV4(
      accessKeyId: string,
      accessKeySecret: string,
      region: string,
      method: string,
      request: SignedRequest,
      bucket?: string,
      key?: string,
      additionalHeaders?: readonly string[],
    ): string;
    fixAdditionalHeaders(names?: readonly string[]): string[];
    getCanonicalRequest(
      method: string,
      request: SignedRequest,
      bucket: string,
      key: string,
      additionalHeaders: readonly string[],
    ): string;
    getStringToSign(region: string, date: string, canonicalRequest: string): string;
    getSignatureV4(secret: string, day: string, region: string, stringToSign: string): string;
  };
  export default signUtils;
}

declare module 'ali-oss' {
  interface OssResult {
    readonly res: { readonly status: number; readonly headers: Readonly<Record<string, string>> };
  }
  /** The part of ali-oss that the tests use; all calls reject with `{ status, code, requestId, ecCode }`. */
  export default class OSS {
    constructor(options: {
      region: string;
      bucket: string;
      accessKeyId: string;
      accessKeySecret: string;
      stsToken?: string;
      authorizationV4: true;
      endpoint?: string;
      secure?: boolean;
      sldEnable?: boolean;
      httpsAgent?: object;
      refreshSTSToken?: () => Promise<never>;
      refreshSTSTokenInterval?: number;
    });
    put(key: string, body: Buffer, options?: object): Promise<OssResult>;
    putStream(key: string, body: NodeJS.ReadableStream, options?: object): Promise<OssResult>;
    head(key: string): Promise<OssResult>;
    get(key: string, options?: object): Promise<OssResult & { readonly content: Buffer }>;
    delete(key: string): Promise<OssResult>;
    listV2(query: object): Promise<{
      readonly objects?: readonly { readonly name: string; readonly size: number }[];
      readonly prefixes?: readonly string[];
      readonly isTruncated: boolean;
      readonly nextContinuationToken?: string;
      readonly keyCount: number;
    }>;
    multipartUpload(
      key: string,
      file: string | Buffer,
      options?: { partSize?: number; parallel?: number; headers?: object },
    ): Promise<OssResult>;
    initMultipartUpload(key: string, options?: object): Promise<{ readonly uploadId: string }>;
    uploadPart(
      key: string,
      uploadId: string,
      number: number,
      file: string,
      start: number,
      end: number,
    ): Promise<OssResult & { readonly etag: string }>;
    completeMultipartUpload(
      key: string,
      uploadId: string,
      parts: readonly { readonly number: number; readonly etag: string }[],
      options?: object,
    ): Promise<OssResult>;
    abortMultipartUpload(key: string, uploadId: string): Promise<OssResult>;
    listParts(
      key: string,
      uploadId: string,
      query?: object,
    ): Promise<{
      readonly parts?: object | readonly object[];
      readonly nextPartNumberMarker: string;
      readonly isTruncated: string;
    }>;
    listUploads(query: object): Promise<{
      readonly uploads?: readonly { readonly name: string; readonly uploadId: string }[];
      readonly isTruncated: boolean;
      readonly nextKeyMarker: string;
      readonly nextUploadIdMarker: string;
    }>;
    signatureUrlV4(method: string, seconds: number, request: object, key: string): Promise<string>;
  }
}
