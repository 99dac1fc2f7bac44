import { l10n, ThemeIcon, window, type QuickInputButton, type QuickPickItem } from 'vscode';
import type { Transfer } from '../../core/transfer/engine';
import type { Row } from './rows';

/** What a person decided about interrupted transfers. */
export interface Decision {
  readonly kind: 'discard' | 'resume';
  readonly transfers: readonly Transfer[];
}

interface Item extends QuickPickItem {
  readonly decision: Decision;
}

/** Lists interrupted transfers: Enter resumes, a button discards. Undefined when the person left. */
export function pickInterrupted(
  transfers: readonly Transfer[],
  rowOf: (transfer: Transfer) => Row,
): Promise<Decision | undefined> {
  const discard: QuickInputButton = {
    iconPath: new ThemeIcon('trash'),
    tooltip: l10n.t('Discard'),
  };
  const box = window.createQuickPick<Item>();
  box.title = l10n.t('EDAS: Interrupted Uploads');
  box.placeholder = l10n.t('Press Enter to resume; the button on the right discards');
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

function itemOf({ icon, label, description }: Row, { key }: Transfer): QuickPickItem {
  return { label: `$(${icon}) ${label}`, description, detail: key };
}

function itemsForAll(transfers: readonly Transfer[]): readonly Item[] {
  return [
    {
      label: `$(run-all) ${l10n.t('Resume All')}`,
      alwaysShow: true,
      decision: { kind: 'resume', transfers },
    },
    {
      label: `$(trash) ${l10n.t('Discard All')}`,
      alwaysShow: true,
      decision: { kind: 'discard', transfers },
    },
  ];
}
