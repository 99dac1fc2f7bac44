import { l10n, ThemeIcon, type QuickInputButton } from 'vscode';
import type { Transfer } from '../../core/transfer/manager';
import type { Row } from './rows';
import { openQuickPick, type PickItem } from '../../common/vscode/safeWindow';

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
  const items = transfers.map((transfer): Item => {
    const { icon, label, description } = rowOf(transfer);
    return {
      icon,
      label,
      description,
      detail: transfer.key,
      buttons: [discard],
      decision: { kind: 'resume', transfers: [transfer] },
    };
  });
  return openQuickPick<Item, Decision>(
    {
      title: l10n.t('EDAS: Interrupted Uploads'),
      placeholder: l10n.t('Press Enter to resume, or select the trash icon to discard'),
      items: [...items, ...(transfers.length > 1 ? itemsForAll(transfers) : [])],
    },
    (box, close) => {
      box.onDidTriggerItemButton(({ item }) => close({ ...item.decision, kind: 'discard' }));
      box.onDidAccept(() => close(box.selectedItems[0]?.decision));
    },
  );
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
