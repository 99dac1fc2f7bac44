import { l10n, QuickPickItemKind, ThemeIcon, type QuickInputButton } from 'vscode';
import type { Account } from '../../../common/account';
import { DisposableStore } from '../../../common/vscode/disposables';
import { accountItem } from './accountItem';
import type { AccountStore } from '../store';
import { safeWindow, type PickItem } from '../../../common/vscode/safeWindow';

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
async function pick(
  store: AccountStore,
  options: { readonly title: string; readonly placeholder: string; readonly offersAdd: boolean },
): Promise<Account | 'add' | undefined> {
  const { title, placeholder, offersAdd } = options;
  const disposables = new DisposableStore();
  const box = disposables.add(safeWindow.createQuickPick<AccountPick>());
  const star: QuickInputButton = {
    iconPath: new ThemeIcon('star-empty'),
    tooltip: l10n.t('Use by Default'),
  };
  /** @param activeId id of the account whose row becomes active */
  const render = (activeId: string | undefined): void => {
    const { all, current, defaultAccount } = store;
    box.items = [
      ...all.map((account) => {
        const isDefault = account.id === defaultAccount?.id;
        const marks = { isCurrent: account.id === current?.id, isDefault };
        return {
          ...accountItem(account, marks),
          account,
          buttons: isDefault || account.sessionOnly || all.length < 2 ? [] : [star],
        };
      }),
      ...(offersAdd
        ? [
            { label: '', kind: QuickPickItemKind.Separator },
            { icon: 'add', label: l10n.t('Add Account…'), alwaysShow: true },
          ]
        : []),
    ];
    box.activeItems = box.items.filter(
      ({ account }) => account !== undefined && account.id === activeId,
    );
  };
  Object.assign(box, { title, placeholder, matchOnDescription: true, matchOnDetail: true });
  render(store.current?.id);
  const chosen = new Promise<Account | 'add' | undefined>((resolve) => {
    disposables.addAll(
      box.onDidAccept(() => {
        const [item] = box.selectedItems;
        if (item !== undefined) {
          resolve(item.account ?? 'add');
        }
      }),
      box.onDidTriggerItemButton(({ item }) => {
        if (item.account !== undefined) {
          const { id } = item.account;
          void store.setDefault(id).then(() => render(id));
        }
      }),
      box.onDidHide(() => resolve(undefined)),
    );
    box.show();
  });
  return chosen.finally(() => disposables.dispose());
}
