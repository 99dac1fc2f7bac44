import {
  EventEmitter,
  ThemeIcon,
  TreeItemCollapsibleState,
  Uri,
  type TreeDataProvider,
  type TreeItem,
} from 'vscode';
import { createTreeItem, emptyTreeItem, setTooltip } from '../../common/vscode/safeWindow';
import type { Disposable } from '../../core/util/disposable';
import { commandIds } from '../../common/vscode/commandIds';
import { singleLine } from '../../core/util/displayText';
import { idOf, type Row } from './rows';

/** The Packages view. An element is a row's id, so that one folder can be refreshed without the others. */
export class PackagesView implements TreeDataProvider<string>, Disposable {
  readonly #changed = new EventEmitter<string | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #rows = new Map<string, Row>();
  /** Ids of the shown rows, by folder. */
  readonly #shown = new Map<string, readonly string[]>();

  constructor(private readonly rowsIn: (folder: string) => Promise<readonly Row[]>) {}

  /** Has VS Code read the rows of a folder again, and those of the expanded folders in it. */
  refresh(folder = ''): void {
    this.#changed.fire(folder === '' ? undefined : folderId(folder));
  }

  row(id: string): Row | undefined {
    return this.#rows.get(id);
  }

  async getChildren(id?: string): Promise<string[]> {
    const entry = id === undefined ? undefined : this.#rows.get(id)?.entry;
    if (id !== undefined && entry?.kind !== 'folder') {
      return [];
    }
    const folder = entry?.path ?? '';
    const rows = await this.rowsIn(folder);
    // VS Code shows nothing at all when an id is returned twice.
    const ids = new Set(rows.map((row) => row.id));
    this.#shown
      .get(folder)
      ?.filter((removed) => !ids.has(removed))
      .forEach((removed) => this.#forget(removed));
    for (const row of rows) {
      this.#rows.set(row.id, row);
    }
    this.#shown.set(folder, [...ids]);
    return [...ids];
  }

  /** The row of the folder in which a row is listed. */
  getParent(id: string): string | undefined {
    const folder = this.#rows.get(id)?.folder ?? '';
    return folder === '' ? undefined : folderId(folder);
  }

  getTreeItem(id: string): TreeItem {
    const row = this.#rows.get(id);
    return row === undefined ? emptyTreeItem() : itemOf(row);
  }

  /** Called for the hover of a row. */
  resolveTreeItem(item: TreeItem, id: string): TreeItem {
    const tooltip = this.#rows.get(id)?.tooltip;
    if (tooltip !== undefined) {
      setTooltip(item, tooltip);
    }
    return item;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** Removes a row and the rows below it. */
  #forget(id: string): void {
    const entry = this.#rows.get(id)?.entry;
    this.#rows.delete(id);
    if (entry?.kind === 'folder') {
      this.#shown.get(entry.path)?.forEach((child) => this.#forget(child));
      this.#shown.delete(entry.path);
    }
  }
}

function folderId(path: string): string {
  return idOf({ kind: 'folder', path });
}

function itemOf(row: Row): TreeItem {
  const { id, label, description, icon, color, ariaLabel, actions, entry } = row;
  // The hover of an entry is set when it is shown.
  const tooltip = entry === undefined ? (row.tooltip ?? description ?? label) : undefined;
  const isFolder = entry?.kind === 'folder';
  const item = createTreeItem(
    { id, label, description, icon, color, ariaLabel, tooltip, actions },
    isFolder ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.None,
  );
  if (entry !== undefined) {
    item.iconPath = isFolder ? ThemeIcon.Folder : ThemeIcon.File;
    item.resourceUri = iconUri(entry.path);
  }
  if (row.loadsMore === true) {
    item.command = { command: commandIds.loadMorePackages, title: label, arguments: [id] };
  }
  return item;
}

/** A made-up URI that tells the icon theme the kind of file; the same for all names with the same extension. */
function iconUri(path: string): Uri {
  const name = singleLine(path.split('/').findLast((part) => part !== '') ?? '');
  const kind = /(?<=.)\.[a-z0-9]{1,8}$/i.exec(name)?.[0] ?? name;
  return Uri.from({ scheme: 'edas-package', path: `/${kind}` });
}
