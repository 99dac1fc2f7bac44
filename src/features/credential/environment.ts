import type { Credential, Network } from '../../core/alibaba/edas/credential';

/**
 * The credential as environment variables. `OSS_*` are those of ossutil 2 ("Configure ossutil", section on environment
 * variables) and of the OSS SDKs V2, `ALIBABA_CLOUD_*` those of the Alibaba Cloud SDKs and CLI ("Default credential
 * chain"); `EDAS_PACKAGE_PATH` is ours, for instance for `ossutil cp app.jar "$EDAS_PACKAGE_PATH"`.
 */
export function environmentOf(
  credential: Credential,
  network: Network,
): Readonly<Record<string, string>> {
  const { accessKeyId, bucket, keyPrefix, regionId } = credential;
  const secret = credential.accessKeySecret.reveal();
  const token = credential.securityToken.reveal();
  return {
    OSS_ACCESS_KEY_ID: accessKeyId,
    OSS_ACCESS_KEY_SECRET: secret,
    OSS_SESSION_TOKEN: token,
    OSS_REGION: regionId,
    OSS_ENDPOINT: credential.endpoints[network],
    ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: secret,
    ALIBABA_CLOUD_SECURITY_TOKEN: token,
    EDAS_PACKAGE_BUCKET: bucket,
    EDAS_PACKAGE_PREFIX: keyPrefix,
    EDAS_PACKAGE_PATH: `oss://${bucket}/${keyPrefix}/`,
  };
}

/** How a shell is told a variable. */
export type ShellKind = 'cmd' | 'posix' | 'powershell';

/** One line for each variable. No value of a credential has quotes, line breaks or what a shell expands. */
export function scriptOf(variables: Readonly<Record<string, string>>, shell: ShellKind): string {
  const lines = Object.entries(variables).map(([name, value]) => {
    switch (shell) {
      case 'posix':
        return `export ${name}='${value.replaceAll("'", `'\\''`)}'`;
      case 'powershell':
        return `$env:${name} = '${value.replaceAll("'", "''")}'`;
      case 'cmd':
        return `set "${name}=${value}"`;
    }
  });
  return `${lines.join('\n')}\n`;
}
