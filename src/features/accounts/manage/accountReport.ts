import { l10n } from 'vscode';
import { CodedError } from '../../../core/errors/catalogue';
import type { Account } from '../../../common/account';
import type { Button, ReportOptions } from '../../../common/vscode/reporter';
import { describeError } from '../../../common/messages';
import { changeKeys } from './changeKeys';
import type { AccountServices } from '../services';

/**
 * Report options for an error of an account that need not be the current one: “Sign In…” prompts for the keys of this
 * account, and there is no “Fetch Again”, which would use the current one.
 */
export function accountReport(
  services: AccountServices,
  account: Account,
  error: unknown,
): Required<Pick<ReportOptions, 'buttons' | 'without'>> {
  const needsKeys = error instanceof CodedError && describeError(error).next === 'signIn';
  return {
    without: ['fetchAgain', 'signIn'],
    buttons: needsKeys ? [signInButton(services, account.id)] : [],
  };
}

function signInButton(services: AccountServices, id: string): Button {
  const press = async (): Promise<void> => {
    // The account may have been removed since the message was shown.
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
