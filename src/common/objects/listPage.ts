import type { OssClient, OssTarget } from '../../core/oss/client';
import { pageOf, type Page } from './entries';

export interface ListRequest {
  /** As `FolderEntry.path`. */
  readonly folder: string;
  /** Only names that begin so. */
  readonly filter: string;
  readonly token?: string;
  readonly count: number;
}

/** One page of what a folder of the package prefix has. */
export async function listPage(
  oss: Pick<OssClient, 'listObjects'>,
  target: OssTarget,
  { folder, filter, token, count }: ListRequest,
  signal: AbortSignal,
): Promise<Page> {
  const { bucket, keyPrefix } = target.credential;
  const request = {
    prefix: `${keyPrefix}/${folder}${filter}`,
    delimiter: '/',
    maxKeys: count,
    ...(token !== undefined && { continuationToken: token }),
  };
  return pageOf(await oss.listObjects(target, request, signal), { bucket, keyPrefix }, folder);
}
