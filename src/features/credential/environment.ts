import type { Credential, Network } from '../../core/alibaba/edas/credential';
import { CodedError } from '../../core/errors/catalogue';
import type { ShellKind } from './shells';

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

/**
 * One line for each variable.
 * @throws CodedError `shell.unsafeValue` when the shell has no way to quote a value
 */
export function scriptOf(variables: Readonly<Record<string, string>>, shell: ShellKind): string {
  const lines = Object.entries(variables).map(([name, value]) => {
    if (unquotable[shell].test(value)) {
      throw new CodedError('shell.unsafeValue', { subject: name });
    }
    switch (shell) {
      case 'posix':
        return `export ${name}='${value.replaceAll("'", `'\\''`)}'`;
      case 'fish':
        return `set -gx ${name} '${value.replace(/[\\']/g, '\\$&')}'`;
      case 'powershell':
        // PowerShell takes typographic quotes for quotes, too.
        return `$env:${name} = '${value.replace(/['\u2018-\u201b]/g, '$&$&')}'`;
      case 'cmd':
        return `set "${name}=${value}"`;
    }
  });
  return `${lines.join('\n')}\n`;
}

/** Characters that no value needs and that end a line or control a terminal in every shell. */
const control = /[\p{Cc}\p{Zl}\p{Zp}]/u;
const unquotable: Readonly<Record<ShellKind, RegExp>> = {
  posix: control,
  fish: control,
  powershell: control,
  // It expands %…%, and !…! where that is switched on, within quotes; what is not ASCII depends on its code page.
  cmd: /[^ -~]|["%!]/u,
};
