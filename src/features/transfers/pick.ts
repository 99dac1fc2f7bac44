import { l10n, ThemeIcon, type QuickInputButton } from 'vscode';
import type { Transfer } from '../../core/transfer/manager';
import type { Row } from './rows';
import { safeWindow, type PickItem } from '../../common/vscode/safeWindow';

/** What a person decided about interrupted transfers. */
export interface Decision {
  readonly kind: 'discard' | 'resume';
  readonly transfers: readonly Transfer[];
}

interface Item extends PickItem {
  readonly decision: Decision;
}

/** Lists interrupted transfers: Enter resumes, a button discards. Undefined when the person cancelled. */
export function pickInterrupted(
  transfers: readonly Transfer[],
  rowOf: (transfer: Transfer) => Row,
): Promise<Decision | undefined> {
  const discard: QuickInputButton = {
    iconPath: new ThemeIcon('trash'),
    tooltip: l10n.t('Discard'),
  };
  const box = safeWindow.createQuickPick<Item>();
  box.title = l10n.t('EDAS: Interrupted Uploads');
  box.placeholder = l10n.t('Press Enter to resume, or select the trash icon to discard');
  box.matchOnDescription = true;
  box.matchOnDetail = true;
  box.items = [
    ...transfers.map((transfer) => ({
      ...itemOf(rowOf(transfer), transfer),
      buttons: [discard],
      decision: { kind: 'resume', transfers: [transfer] } as const,
    })),
    ...(transfers.length > 1 ? itemsForAll(transfers) : []),
  ];
  return new Promise((resolve) => {
    const decide = (decision: Decision | undefined): void => {
      resolve(decision);
      box.hide();
    };
    box.onDidTriggerItemButton(({ item }) => decide({ ...item.decision, kind: 'discard' }));
    box.onDidAccept(() => decide(box.selectedItems[0]?.decision));
    box.onDidHide(() => {
      resolve(undefined);
      box.dispose();
    });
    box.show();
  });
}

function itemOf({ icon, label, description }: Row, { key }: Transfer): PickItem {
  return { icon, label, description, detail: key };
}

function itemsForAll(transfers: readonly Transfer[]): readonly Item[] {
  return [
    {
      icon: 'run-all',
      label: l10n.t('Resume All'),
      alwaysShow: true,
      decision: { kind: 'resume', transfers },
    },
    {
      icon: 'trash',
      label: l10n.t('Discard All'),
      alwaysShow: true,
      decision: { kind: 'discard', transfers },
    },
  ];
}
