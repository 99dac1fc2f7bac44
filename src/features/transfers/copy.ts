import { l10n } from 'vscode';
import type { Transfer } from '../../core/transfer/manager';
import type { Uses } from '../../common/featureServices';
import { copyObject } from '../../common/objects/copyObject';
import { safeWindow } from '../../common/vscode/safeWindow';

/** Copies the unsigned URL of an object. Only the credential knows the host, so it is fetched if there is none. */
export async function copyUrl(
  { key, result }: Transfer,
  deps: Uses<'ensureSignedIn' | 'session' | 'transferServices'>,
): Promise<void> {
  if (!(await deps.ensureSignedIn())) {
    return;
  }
  const credential = await deps.session.current();
  if (result !== undefined && result.bucket !== credential.bucket) {
    void safeWindow.showWarningMessage(
      l10n.t(
        'This object is in bucket {0}, but the current account uses bucket {1}. Switch to the account that uploaded it to copy its URL.',
        ...[result.bucket, credential.bucket],
      ),
    );
    return;
  }
  await copyObject('url', { key, location: credential }, deps);
}
