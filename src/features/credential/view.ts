import {
  EventEmitter,
  FileDecoration,
  ThemeColor,
  TreeItemCollapsibleState,
  Uri,
  window,
  type TreeDataProvider,
  type TreeItem,
} from 'vscode';
import { createTreeItem, emptyTreeItem } from '../../common/vscode/safeWindow';
import type { Disposable } from '../../core/util/disposable';
import { expiryRowId } from './expiryRow';
import type { Row, Severity } from './row';

/** The Credential view. An element is a row's id, so that one row can be refreshed without the others. */
export class CredentialView implements TreeDataProvider<string>, Disposable {
  readonly #changed = new EventEmitter<string | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #rows = new Map<string, Row>();

  constructor(
    private readonly rows: () => readonly Row[],
    private readonly expiry: () => Row,
  ) {}

  refresh(): void {
    this.#changed.fire(undefined);
  }

  refreshExpiry(): void {
    if (this.#rows.has(expiryRowId)) {
      this.#rows.set(expiryRowId, this.expiry());
      this.#changed.fire(expiryRowId);
    }
  }

  row(id: string): Row | undefined {
    return this.#rows.get(id);
  }

  getChildren(id?: string): string[] {
    const rows = id === undefined ? this.rows() : (this.#rows.get(id)?.children ?? []);
    if (id === undefined) {
      this.#rows.clear();
    }
    for (const row of rows) {
      this.#rows.set(row.id, row);
    }
    return rows.map((row) => row.id);
  }

  getTreeItem(id: string): TreeItem {
    const row = this.#rows.get(id);
    return row === undefined ? emptyTreeItem() : itemOf(row);
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

function itemOf(row: Row): TreeItem {
  const { id, label, description, icon, severity, children } = row;
  const item = createTreeItem(
    {
      id,
      label,
      description,
      icon,
      color: severity && severityColors[severity],
      // A narrow view truncates values; the hover shows them in full.
      tooltip: [description, row.hint].filter(Boolean).join('\n'),
      ariaLabel: row.ariaLabel ?? [label, description].filter(Boolean).join(', '),
      actions: [
        row.copy === undefined ? [] : 'copyable',
        row.canFetch === true ? 'fetchable' : [],
        row.helpUrl === undefined ? [] : 'helpful',
        row.canSwitch === true ? 'account' : [],
      ].flat(),
    },
    children === undefined ? TreeItemCollapsibleState.None : TreeItemCollapsibleState.Expanded,
  );
  if (severity !== undefined) {
    // A made-up resource, because VS Code colours the text of a row only by its resource.
    item.resourceUri = Uri.from({ scheme, path: `/${id}`, query: severity });
  }
  return item;
}

const scheme = 'edas-credential-row';

/** Theme colours; high contrast themes have their own. */
const severityColors: Readonly<Record<Severity, string>> = {
  error: 'list.errorForeground',
  warning: 'list.warningForeground',
  muted: 'descriptionForeground',
};

/** Colours the rows that have a severity. */
export function registerSeverityColors(): Disposable {
  return window.registerFileDecorationProvider({
    provideFileDecoration: (uri) =>
      uri.scheme === scheme && isSeverity(uri.query)
        ? new FileDecoration(undefined, undefined, new ThemeColor(severityColors[uri.query]))
        : undefined,
  });
}

function isSeverity(text: string): text is Severity {
  return Object.hasOwn(severityColors, text);
}
