import { l10n } from 'vscode';
import type { CredentialSession } from '../../core/credential/session';
import type { Transfer } from '../../core/transfer/manager';
import type { Lazy } from '../../common/vscode/lazy';
import type { TransferServices } from '../../common/transferServices';
import { copyText } from '../../common/vscode/clipboard';
import { safeWindow } from '../../common/vscode/safeWindow';

export interface CopyUrlDeps {
  readonly session: CredentialSession;
  readonly tools: Lazy<TransferServices>;
  /** Signs in when nobody is; false when the person left. */
  readonly ensureSignedIn: () => Promise<boolean>;
}

export async function copyKey({ key }: Transfer): Promise<void> {
  await copyText(key);
}

/** Copies the unsigned URL of an object. Its host is only in the credential, so that one is fetched when none is held. */
export async function copyUrl(
  { key, result }: Transfer,
  { session, tools, ensureSignedIn }: CopyUrlDeps,
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
  const { oss } = await tools.get();
  await copyText(oss.objectUrl({ credential, network: 'public' }, key));
}
