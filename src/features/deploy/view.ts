import { TreeItemCollapsibleState, type TreeItem } from 'vscode';
import { createTreeItem, emptyTreeItem } from '../../common/vscode/safeWindow';
import type { Row } from './rows';

/** What the view shows. */
export interface RowSource {
  /** Ids of the deployments, top to bottom. */
  readonly ids: readonly string[];
  row(id: string): Row | undefined;
  /** Reads what is below a row that loads. Never rejects: what goes wrong is a row, too. */
  load(id: string): Promise<readonly Row[]>;
}

/** The rows of the Deployments view. An element is a row's id: that of its deployment, and a path below it. */
export class DeploymentsView {
  /** Those below deployments. */
  readonly #below = new Map<string, Row>();

  constructor(private readonly source: RowSource) {}

  /** The row of an element that is shown. */
  row(id: string): Row | undefined {
    return this.source.row(id) ?? this.#below.get(id);
  }

  async getChildren(id?: string): Promise<string[]> {
    if (id === undefined) {
      const ids = new Set(this.source.ids);
      for (const below of this.#below.keys()) {
        if (!ids.has(below.slice(0, below.indexOf('/')))) {
          this.#below.delete(below);
        }
      }
      return [...ids];
    }
    const row = this.row(id);
    if (row === undefined) {
      return [];
    }
    const rows = row.loads === true ? await this.source.load(id) : row.children;
    for (const each of rows) {
      this.#below.set(each.id, each);
    }
    return rows.map((each) => each.id);
  }

  getParent(id: string): string | undefined {
    const end = id.lastIndexOf('/');
    return end < 0 ? undefined : id.slice(0, end);
  }

  getTreeItem(id: string): TreeItem {
    const row = this.row(id);
    return row === undefined ? emptyTreeItem() : createTreeItem(row, collapsible(row));
  }
}

function collapsible({ children, isOpen, loads }: Row): TreeItemCollapsibleState {
  // Open from the beginning, also while EDAS has not named its batches: VS Code does not open a row later.
  if (isOpen === true) {
    return TreeItemCollapsibleState.Expanded;
  }
  return children.length === 0 && loads !== true
    ? TreeItemCollapsibleState.None
    : TreeItemCollapsibleState.Collapsed;
}
