/** The fields of `Credential` in the response of `GetPackageStorageCredential`. */
export interface CredentialFields {
  AccessKeyId: string;
  AccessKeySecret: string;
  SecurityToken: string;
  Expiration: string;
  Bucket: string;
  KeyPrefix: string;
  RegionId: string;
  OssPublicEndpoint: string;
  OssInternalEndpoint: string;
  OssVpcEndpoint: string;
}

export interface CredentialResponse {
  Code: number;
  Message: string;
  RequestId: string;
  Credential: CredentialFields;
}

/** A response of EDAS at 2024-03-01T00:00:00Z, with some fields of its credential changed. */
export function credentialResponse(
  change: Readonly<Record<string, unknown>> = {},
): CredentialResponse {
  return {
    Code: 200,
    Message: 'success',
    RequestId: '4823B8B4-2F4A-4B4E-8C8B-AE1E8C3C9D2A',
    Credential: {
      AccessKeyId: 'STS.NUtestid0001',
      AccessKeySecret: 'sts-secret-that-nobody-sees',
      SecurityToken: 'CAIS+tok/en==',
      Expiration: '2024-03-01T01:00:00Z',
      Bucket: 'edas-hz',
      KeyPrefix: 'release-pkg/117274586608',
      RegionId: 'cn-hangzhou',
      OssPublicEndpoint: 'oss-cn-hangzhou.aliyuncs.com',
      OssInternalEndpoint: 'oss-cn-hangzhou-internal.aliyuncs.com',
      OssVpcEndpoint: 'oss-cn-hangzhou-internal.aliyuncs.com',
      ...change,
    },
  };
}
