/** The two services that the sandbox simulates. */
export type Service = 'edas' | 'oss';

/** EDAS's calls for deployments. */
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

/** The operation of a request; `Unknown` is one that the sandbox does not have. */
export type Operation = EdasOperation | OssOperation | 'Unknown';
