import { l10n } from 'vscode';
import { confirmCancelUploads } from './confirmCancelUploads';
import { pickAccountOrAdd } from './pickAccount';
import type { AccountServices, SignInServices } from '../accountServices';
import { signInToNewAccount } from '../signIn/signIn';
import { safeWindow } from '../../../common/vscode/safeWindow';

/** Changes the account of this window. */
export async function switchAccount(services: AccountServices): Promise<void> {
  const { store, log } = services;
  const chosen = await pickAccountOrAdd(store, l10n.t('EDAS: Switch Account'));
  if (chosen === undefined || (chosen !== 'add' && chosen.id === store.current?.id)) {
    return;
  }
  if (!(await confirmCancelUploads(services, l10n.t('Switch Account')))) {
    return;
  }
  if (chosen === 'add') {
    await signInToNewAccount(services);
    return;
  }
  await store.setCurrent(chosen.id);
  log.info(`switched to another account, region ${chosen.regionId}`);
  safeWindow.showStatus(l10n.t('EDAS account: {0}', chosen.name));
}

/** Signs in to an existing account, else to a new one. @returns false when the person cancelled */
export async function selectOrSignIn(services: SignInServices): Promise<boolean> {
  const { store } = services;
  const isFirst = store.all.length === 0;
  const chosen = isFirst ? 'add' : await pickAccountOrAdd(store, l10n.t('EDAS: Sign In'));
  if (chosen === 'add') {
    return signInToNewAccount(services);
  }
  await (chosen && store.setCurrent(chosen.id));
  return chosen !== undefined;
}
