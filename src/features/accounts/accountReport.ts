import { l10n } from 'vscode';
import { CodedError } from '../../core/errors/catalogue';
import type { Account } from '../../common/account';
import type { Button, ReportOptions } from '../../common/vscode/reporter';
import { describeError } from '../../common/messages';
import { changeKeys } from './changeKeys';
import type { AccountServices } from './services';

/**
 * How a failure of one account is told, which need not be the current one: “Sign In…” asks for the keys of just this
 * account, and there is no “Fetch Again”, which is for the current one.
 */
export function accountReport(
  services: AccountServices,
  account: Account,
  error: unknown,
): Required<Pick<ReportOptions, 'buttons' | 'without'>> {
  const isMendedByKeys =
    error instanceof CodedError && describeError(error, l10n).next === 'signIn';
  return {
    without: ['fetchAgain', 'signIn'],
    buttons: isMendedByKeys ? [signInButton(services, account.id)] : [],
  };
}

function signInButton(services: AccountServices, id: string): Button {
  const press = async (): Promise<void> => {
    // The message may have stood there for a while.
    const account = services.store.find(id);
    if (account !== undefined) {
      await changeKeys(services, account);
    }
  };
  return {
    label: l10n.t('Sign In…'),
    press: () => press().catch((error: unknown) => void services.reporter.report(error)),
  };
}
