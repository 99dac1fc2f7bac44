import { l10n } from 'vscode';
import type { Transfer } from '../../core/transfer/manager';
import type { Uses } from '../../common/sharedServices';
import { copyText } from '../../common/vscode/clipboard';
import { safeWindow } from '../../common/vscode/safeWindow';

/** Copies the unsigned URL of an object. Only the credential knows the host, so it is fetched if there is none. */
export async function copyUrl(
  { key, result }: Transfer,
  {
    session,
    transferServices,
    ensureSignedIn,
  }: Uses<'ensureSignedIn' | 'session' | 'transferServices'>,
): Promise<void> {
  if (!(await ensureSignedIn())) {
    return;
  }
  const credential = await session.current();
  if (result !== undefined && result.bucket !== credential.bucket) {
    void safeWindow.showWarningMessage(
      l10n.t(
        'This object is in bucket {0}, but the current account uses bucket {1}. Switch to the account that uploaded it to copy its URL.',
        ...[result.bucket, credential.bucket],
      ),
    );
    return;
  }
  const { oss } = await transferServices.get();
  await copyText(oss.objectUrl({ credential, network: 'public' }, key));
}
