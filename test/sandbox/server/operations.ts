/** The two services that the sandbox stands in for. */
export type Service = 'edas' | 'oss';

/** EDAS's calls around a deployment. */
export type DeployOperation =
  | 'ListApplication'
  | 'GetApplication'
  | 'GetK8sApplication'
  | 'ListDeployGroup'
  | 'QueryApplicationStatus'
  | 'ListHistoryDeployVersion'
  | 'ListRecentChangeOrder'
  | 'GetChangeOrderInfo'
  | 'DeployApplication'
  | 'DeployK8sApplication'
  | 'RollbackApplication'
  | 'AbortChangeOrder'
  | 'RollbackChangeOrder'
  | 'AbortAndRollbackChangeOrder'
  | 'ContinuePipeline';

export type EdasOperation = 'GetPackageStorageCredential' | DeployOperation;

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
