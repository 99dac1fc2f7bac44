import type { CredentialSession } from '../../core/credential/session';
import type { Disposable } from '../../core/util/disposable';
import { uncheckedTlsWarning } from '../../common/messages/uncheckedTls';
import { safeWindow } from '../../common/vscode/safeWindow';

/** Warns once per window, when a credential is fetched, if certificates are not checked. */
export function warnOfUncheckedTls(session: Pick<CredentialSession, 'onDidChange'>): Disposable {
  let isShown = false;
  return session.onDidChange(() => {
    const warning = isShown ? undefined : uncheckedTlsWarning(process.env);
    if (warning !== undefined) {
      isShown = true;
      void safeWindow.showWarningMessage(warning);
    }
  });
}
