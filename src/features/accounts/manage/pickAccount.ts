import { l10n, QuickPickItemKind, ThemeIcon, type QuickInputButton } from 'vscode';
import type { Account } from '../../../common/account';
import { accountItem } from './accountItem';
import type { AccountStore } from '../store';
import { openQuickPick, type PickItem } from '../../../common/vscode/safeWindow';

interface AccountPick extends PickItem {
  /** Absent for the item that adds an account. */
  readonly account?: Account;
}

/** Prompts for an account. Undefined when the person cancelled. */
export async function pickAccount(
  store: AccountStore,
  title: string,
  placeholder = l10n.t('Select an account'),
): Promise<Account | undefined> {
  const chosen = await pick(store, { title, placeholder, offersAdd: false });
  return chosen === 'add' ? undefined : chosen;
}

/** Prompts for the account of this window, which may be a new one. Undefined when the person cancelled. */
export function pickAccountOrAdd(
  store: AccountStore,
  title: string,
): Promise<Account | 'add' | undefined> {
  return pick(store, {
    title,
    placeholder: l10n.t('Account to use in this window'),
    offersAdd: true,
  });
}

/** The star button of a row makes the account the default. */
function pick(
  store: AccountStore,
  options: { readonly title: string; readonly placeholder: string; readonly offersAdd: boolean },
): Promise<Account | 'add' | undefined> {
  const { title, placeholder, offersAdd } = options;
  const star: QuickInputButton = {
    iconPath: new ThemeIcon('star-empty'),
    tooltip: l10n.t('Use by Default'),
  };
  const itemOf = (account: Account): AccountPick => {
    const { all, current, defaultAccount } = store;
    const isDefault = account.id === defaultAccount?.id;
    return {
      ...accountItem(account, { isCurrent: account.id === current?.id, isDefault }),
      account,
      buttons: isDefault || account.sessionOnly || all.length < 2 ? [] : [star],
    };
  };
  return openQuickPick<AccountPick, Account | 'add'>(
    { title, placeholder, items: [] },
    (box, close) => {
      /** @param activeId id of the account whose row becomes active */
      const render = (activeId: string | undefined): void => {
        const added = [
          { label: '', kind: QuickPickItemKind.Separator },
          { icon: 'add', label: l10n.t('Add Account…'), alwaysShow: true },
        ];
        box.items = [...store.all.map(itemOf), ...(offersAdd ? added : [])];
        box.activeItems = box.items.filter(
          ({ account }) => account !== undefined && account.id === activeId,
        );
      };
      render(store.current?.id);
      box.onDidAccept(() => {
        const [item] = box.selectedItems;
        if (item !== undefined) {
          close(item.account ?? 'add');
        }
      });
      box.onDidTriggerItemButton(({ item: { account } }) => {
        if (account !== undefined) {
          void store.setDefault(account.id).then(() => render(account.id));
        }
      });
    },
  );
}
