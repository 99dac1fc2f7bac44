import type { CredentialSession } from '../../core/credential/session';
import type { Disposable } from '../../core/util/disposable';

/**
 * Warns once per window, when a credential is fetched, if certificates are not checked.
 * @param warning the text, when there is a reason to warn now
 */
export function warnOfUncheckedTls(
  session: Pick<CredentialSession, 'onDidChange'>,
  warning: () => string | undefined,
  show: (warning: string) => unknown,
): Disposable {
  let isShown = false;
  return session.onDidChange(() => {
    const text = isShown ? undefined : warning();
    if (text !== undefined) {
      isShown = true;
      show(text);
    }
  });
}
