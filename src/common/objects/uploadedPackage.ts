import type { Credential } from '../../core/alibaba/edas/credential';
import type { OssClient } from '../../core/oss/client';
import type { UploadResult } from '../../core/transfer/types';
import { formatObject } from './copyFormats';

/** An object that was uploaded, and where it is. */
export interface UploadedPackage extends UploadResult {
  /** Unsigned, through the public endpoint. */
  readonly url: string;
  /** As EDAS takes it for a deploy: unsigned, through the internal endpoint. */
  readonly internalUrl: string;
}

/** Adds the URLs of an object in the credential's bucket. */
export function withUrls(
  result: UploadResult,
  credential: Credential,
  oss: Pick<OssClient, 'objectUrl'>,
): UploadedPackage {
  return {
    ...result,
    url: formatObject('url', result.key, credential, oss),
    internalUrl: formatObject('internalUrl', result.key, credential, oss),
  };
}
