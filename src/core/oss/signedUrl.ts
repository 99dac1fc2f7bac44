import type { Credential } from '../alibaba/edas/credential';
import { objectUrl } from './urls';

/** The object as ossutil and other tools of OSS name it. */
export function ossUri({ bucket }: Pick<Credential, 'bucket'>, key: string): string {
  return `oss://${bucket}/${key}`;
}

/**
 * The object as EDAS takes it for a deploy (WarUrl, PackageUrl): through the internal endpoint, unsigned. In the
 * public cloud that is `https://<bucket>.oss-<region>-internal.aliyuncs.com/<key>`, as EDAS's Jenkins plugin makes it,
 * but for spaces, which are `%20` here and not the plugin's `+`. Whether the public host would do is not known.
 * Source: jenkinsci/alibabacloud-edas-plugin, BaseOssUploader.java.
 */
export function deployUrl(credential: Credential, key: string): string {
  return objectUrl({ credential, network: 'internal' }, key);
}

/**
 * The region's applications in the EDAS console of the public cloud. The host and the form of the fragment are those
 * of links in public repositories (`#/app?regionNo=cn-shanghai&resourceGroupId=all`, `#/home?tab=…`); that the console
 * opens there could not be tried. Who has an account of the international site is led to its sign-in from there.
 */
export function consoleUrl(regionId: string): string {
  return `https://edasnext.console.aliyun.com/#/app?regionNo=${encodeURIComponent(regionId)}&resourceGroupId=all`;
}
