import { env, l10n, ThemeIcon, window } from 'vscode';
import type { CredentialSession } from '../../core/credential/session';
import type { CurrentAccount } from '../../common/account';
import { formatTime } from '../../common/messages/format';
import { networkOf } from '../../common/settings/settings';
import { environmentOf } from './environment';

/** Opens a terminal that has the credential in its environment, and is the only one to have it. */
export async function openTerminal(
  accounts: CurrentAccount,
  session: CredentialSession,
): Promise<void> {
  const credential = await session.current();
  const expires = formatTime(credential.expiresAt, session.clock.now(), env.language);
  const terminal = window.createTerminal({
    name: l10n.t('EDAS {0}', accounts.current?.name ?? ''),
    iconPath: new ThemeIcon('key'),
    env: environmentOf(credential, networkOf(accounts.current)),
    // Else VS Code writes its environment to the disk, to open it again at the next start.
    isTransient: true,
    message: l10n.t(
      'This terminal has the EDAS credential in its environment, valid until {0}. For example: {1}',
      expires,
      `ossutil ls oss://${credential.bucket}/${credential.keyPrefix}/`,
    ),
  });
  terminal.show();
}
