// The official code that judges signatures ships without types for this entry point.

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
