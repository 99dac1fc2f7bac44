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

export interface PickAccountOptions {
  readonly title: string;
  readonly placeholder: string;
  readonly offersAdd: boolean;
}

/** Prompts for an account; the star button of a row makes it the default. */
export async function pickAccount(
  store: AccountStore,
  { title, placeholder, offersAdd }: PickAccountOptions,
): Promise<Account | 'add' | undefined> {
  const disposables = new DisposableStore();
  const box = disposables.add(safeWindow.createQuickPick<AccountPick>());
  const star: QuickInputButton = {
    iconPath: new ThemeIcon('star-empty'),
    tooltip: l10n.t('Use It by Default Where No Account Was Chosen'),
  };
  /** @param activeId id of the account whose row becomes active */
  const render = (activeId: string | undefined): void => {
    const { all, current, defaultAccount } = store;
    box.items = [
      ...all.map((account) => {
        const isDefault = account.id === defaultAccount?.id;
        const marks = { isCurrent: account.id === current?.id, isDefault: isDefault };
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
    disposables.add(
      box.onDidAccept(() => {
        const [item] = box.selectedItems;
        if (item !== undefined) {
          resolve(item.account ?? 'add');
        }
      }),
    );
    disposables.add(
      box.onDidTriggerItemButton(({ item }) => {
        if (item.account !== undefined) {
          const { id } = item.account;
          void store.setDefault(id).then(() => render(id));
        }
      }),
    );
    disposables.add(box.onDidHide(() => resolve(undefined)));
    box.show();
  });
  return chosen.finally(() => disposables.dispose());
}
