import type { Credential } from '../alibaba/edas/credential';
import { objectUrl } from './urls';

/** The object as ossutil and other OSS tools write it. */
export function ossUri({ bucket }: Pick<Credential, 'bucket'>, key: string): string {
  return `oss://${bucket}/${key}`;
}

/**
 * The object's URL for an EDAS deployment (WarUrl, PackageUrl): at the internal endpoint, unsigned. In the
 * public cloud that is `https://<bucket>.oss-<region>-internal.aliyuncs.com/<key>`, as EDAS's Jenkins plugin writes it,
 * except that spaces are `%20` here and `+` there. Whether the public host works, too, is not known.
 * Source: jenkinsci/alibabacloud-edas-plugin, BaseOssUploader.java.
 */
export function deployUrl(credential: Credential, key: string): string {
  return objectUrl({ credential, network: 'internal' }, key);
}

/**
 * The region's applications in the EDAS console of the public cloud. Host and fragment are as
 * in links in public repositories (`#/app?regionNo=cn-shanghai&resourceGroupId=all`, `#/home?tab=…`); it could not be
 * tested that the console opens there. Accounts of the international site are redirected to its sign-in.
 */
export function consoleUrl(regionId: string): string {
  return `https://edasnext.console.aliyun.com/#/app?regionNo=${encodeURIComponent(regionId)}&resourceGroupId=all`;
}
