import { l10n } from 'vscode';
import { CodedError } from '../../../core/errors/catalogue';
import type { Account } from '../../../common/account';
import { describeError } from '../../../common/messages';
import type { Button, ReportOptions } from '../../../common/vscode/reporter';
import { confirmCancelUploads } from './confirmCancelUploads';
import type { AccountServices } from '../accountServices';
import { renewKeys } from '../signIn/signIn';

/** Prompts for new keys of an account, after confirmation if uploads are running. */
export async function changeKeys(services: AccountServices, account: Account): Promise<void> {
  if (await confirmChange(services, account)) {
    await renewKeys(services, account);
  }
}

/** A change of the current account cancels its running uploads, so it is confirmed first. */
export async function confirmChange(services: AccountServices, { id }: Account): Promise<boolean> {
  return (
    id !== services.store.current?.id || confirmCancelUploads(services, l10n.t('Change Account'))
  );
}

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
  return {
    label: l10n.t('Sign In…'),
    press: async () => {
      // The account may have been removed since the message was shown.
      const account = services.store.find(id);
      await (account && changeKeys(services, account));
    },
  };
}
