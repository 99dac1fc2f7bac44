import {
  EventEmitter,
  ThemeColor,
  ThemeIcon,
  TreeItemCollapsibleState,
  type TreeDataProvider,
  type TreeItem,
} from 'vscode';
import { createTreeItem, emptyTreeItem } from '../../common/vscode/safeWindow';
import type { Disposable } from '../../core/util/disposable';
import type { RefreshScope } from './refreshScheduler';
import type { Row } from './rows';

/** What the view shows. */
export interface Rows {
  /** Ids, top to bottom. */
  readonly ids: readonly string[];
  row(id: string): Row | undefined;
}

/** The Transfers view. An element is a transfer's id, so that one row can be drawn anew without the others. */
export class TransfersView implements TreeDataProvider<string>, Disposable {
  readonly #changed = new EventEmitter<string[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(private readonly rows: Rows) {}

  draw(what: RefreshScope): void {
    this.#changed.fire(what === 'all' ? undefined : [...what]);
  }

  getChildren(id?: string): string[] {
    return id === undefined ? [...this.rows.ids] : [];
  }

  getTreeItem(id: string): TreeItem {
    const row = this.rows.row(id);
    return row === undefined ? emptyTreeItem() : itemOf(row);
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

function itemOf(row: Row): TreeItem {
  const { label, description, hint: tooltip, spoken: ariaLabel } = row;
  const item = createTreeItem(
    { label, description, tooltip, ariaLabel },
    TreeItemCollapsibleState.None,
  );
  item.id = row.id;
  item.iconPath = new ThemeIcon(
    row.icon,
    row.color === undefined ? undefined : new ThemeColor(row.color),
  );
  item.contextValue = row.can.join(' ');
  return item;
}
