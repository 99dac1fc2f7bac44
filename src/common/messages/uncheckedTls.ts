import { l10n } from 'vscode';

/**
 * Set when Node checks no certificate in this process. Another extension may set the variable at any time.
 * `http.proxyStrictSSL` says nothing about it: VS Code heeds that for its own requests, not for those of extensions.
 */
export function uncheckedTlsWarning(
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  return environment.NODE_TLS_REJECT_UNAUTHORIZED === '0'
    ? l10n.t(
        'Certificates are not checked in this window because the environment variable NODE_TLS_REJECT_UNAUTHORIZED is 0. Anyone who controls the network can impersonate EDAS or OSS. Remove the variable, or disable the extension that sets it, then restart VS Code.',
      )
    : undefined;
}
