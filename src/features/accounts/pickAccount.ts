import { l10n, QuickPickItemKind, ThemeIcon, type QuickInputButton } from 'vscode';
import type { Account } from '../../common/account';
import { DisposableStore } from '../../common/vscode/disposables';
import { accountItem } from './accountItem';
import type { AccountStore } from './store';
import { safeWindow, type PickItem } from '../../common/vscode/safeWindow';

interface AccountPick extends PickItem {
  /** Absent: another account is to be added. */
  readonly account?: Account;
}

export interface PickQuestion {
  readonly title: string;
  readonly placeholder: string;
  readonly offersAdd: boolean;
}

/** Asks for one of the accounts; a star in each row makes it the default. */
export async function pickAccount(
  store: AccountStore,
  { title, placeholder, offersAdd }: PickQuestion,
): Promise<Account | 'add' | undefined> {
  const disposables = new DisposableStore();
  const box = disposables.add(safeWindow.createQuickPick<AccountPick>());
  const star: QuickInputButton = {
    iconPath: new ThemeIcon('star-empty'),
    tooltip: l10n.t('Use It by Default Where No Account Was Chosen'),
  };
  /** @param activeId the row that is marked then */
  const draw = (activeId: string | undefined): void => {
    const { all, current, standard } = store;
    box.items = [
      ...all.map((account) => {
        const isStandard = account.id === standard?.id;
        const marks = { isCurrent: account.id === current?.id, isStandard };
        return {
          ...accountItem(account, marks, l10n),
          account,
          buttons: isStandard || account.sessionOnly || all.length < 2 ? [] : [star],
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
  draw(store.current?.id);
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
          void store.setDefault(id).then(() => draw(id));
        }
      }),
    );
    disposables.add(box.onDidHide(() => resolve(undefined)));
    box.show();
  });
  return chosen.finally(() => disposables.dispose());
}
