import { env, l10n, type Uri } from 'vscode';
import { consoleUrl } from '../../core/oss/signedUrl';
import { endpointSetting } from '../../common/settings/settings';
import type { CopyDeps } from './copy';
import { safeWindow } from '../../common/vscode/safeWindow';

/** Opens the EDAS console at the account's region. A private cloud has its own, whose address is unknown. */
export async function openConsole({ accounts, ensureSignedIn }: CopyDeps): Promise<void> {
  if (!(await ensureSignedIn()) || accounts.current === undefined) {
    return;
  }
  const { name, regionId, endpoint = endpointSetting() } = accounts.current;
  if (endpoint === undefined) {
    await openVerbatim(consoleUrl(regionId));
    return;
  }
  void safeWindow.showInformationMessage(
    l10n.t(
      'The account “{0}” uses the EDAS instance at {1}, which has its own console. Ask its administrator for the address.',
      ...[name, new URL(endpoint).host],
    ),
  );
}

/**
 * A `Uri` would write the fragment's `?`, `=` and `&` as `%3F`, `%3D` and `%26`, which the console's router does not
 * read. VS Code takes the text as it is, although its types do not say so: microsoft/vscode#85930.
 */
function openVerbatim(url: string): Thenable<boolean> {
  return env.openExternal(url as unknown as Uri);
}
