/** The two services that the sandbox stands in for. */
export type Service = 'edas' | 'oss';

export type EdasOperation = 'GetPackageStorageCredential';

export type OssOperation =
  | 'PutObject'
  | 'HeadObject'
  | 'GetObject'
  | 'DeleteObject'
  | 'ListObjectsV2'
  | 'InitiateMultipartUpload'
  | 'UploadPart'
  | 'UploadPartCopy'
  | 'CompleteMultipartUpload'
  | 'AbortMultipartUpload'
  | 'ListParts'
  | 'ListMultipartUploads';

/** What a request asks for; `Unknown` is nothing that the sandbox offers. */
export type Operation = EdasOperation | OssOperation | 'Unknown';
