import { Agent } from 'node:https';

import OSS from 'ali-oss';

import type { Sandbox } from '..';
import type { CredentialFields } from './credentialRequest';

/** Creates an ali-oss client for the sandbox with a credential from EDAS. */
export function connectAliOss(
  sandbox: Sandbox,
  credential: CredentialFields,
  sldEnable = false,
): OSS {
  const ca = sandbox.authority?.certificate;
  return new OSS({
    region: `oss-${credential.RegionId}`,
    endpoint: credential.OssPublicEndpoint,
    bucket: credential.Bucket,
    accessKeyId: credential.AccessKeyId,
    accessKeySecret: credential.AccessKeySecret,
    stsToken: credential.SecurityToken,
    authorizationV4: true,
    sldEnable,
    // Not called within its interval; without it ali-oss prints a warning.
    refreshSTSToken: () => Promise.reject(new Error('not expected')),
    refreshSTSTokenInterval: 3_600_000,
    ...(ca && { httpsAgent: new Agent({ ca, keepAlive: true }) }),
  });
}
