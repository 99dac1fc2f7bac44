import { ThemeColor, ThemeIcon, TreeItemCollapsibleState, type TreeItem } from 'vscode';
import { createTreeItem } from '../../common/vscode/safeWindow';
import type { Row } from './rows';

export function itemOf(row: Row): TreeItem {
  const { label, description, hint: tooltip, spoken: ariaLabel } = row;
  const item = createTreeItem(
    { label, description, tooltip, ariaLabel },
    TreeItemCollapsibleState.None,
  );
  item.id = row.id;
  item.iconPath = new ThemeIcon(row.icon, row.color ? new ThemeColor(row.color) : undefined);
  item.contextValue = row.can.join(' ');
  return item;
}
