import { env, l10n } from 'vscode';
import { singleLine } from '../../core/util/displayText';
import { packageKindOf } from '../../core/deploy/packageKind';
import { CodedError, isAbort, hasCode } from '../../core/errors/catalogue';
import { formatElapsed, formatBytes, formatTime } from '../../common/messages/format';
import { describeError } from '../../common/messages';
import {
  targetFolderOf,
  type Entry,
  type FolderEntry,
  type ObjectEntry,
} from '../../common/objects/entries';
import type { TreeRow } from '../../common/vscode/safeWindow';
import type { Listing } from './folderCache';

/** An action of a row. The `when` clauses of package.json test for these words. */
export type RowAction =
  | 'clearFilter'
  | 'copy'
  | 'delete'
  | 'deploy'
  | 'download'
  | 'fetch'
  | 'uploadHere';

/** A row of the Packages view. Entries have the icons of the icon theme. */
export interface Row extends TreeRow {
  /** The folder in which it is listed. */
  readonly folder: string;
  readonly actions: readonly RowAction[];
  /** Absent for a row that is a note or a button. */
  readonly entry?: Entry;
  /** A click on it shows the next page. */
  readonly loadsMore?: true;
}

export interface RowContext {
  /** Server's time, ms since 1970. */
  readonly now: number;
  readonly filter: string;
}

/** The rows of a folder, top to bottom. */
export function rowsOf(
  folder: string,
  { entries, hasMore, error }: Listing,
  context: RowContext,
): readonly Row[] {
  const failure = error === undefined ? [] : [failureRow(folder, error)];
  if (entries.length === 0) {
    return failure.length > 0 ? failure : [emptyRow(folder, context)];
  }
  return [
    ...failure,
    ...entries.map((entry) =>
      entry.kind === 'folder'
        ? new FolderRow(folder, entry, context)
        : new ObjectRow(folder, entry, context),
    ),
    ...(hasMore ? [moreRow(folder, entries.length)] : []),
  ];
}

/** Shown instead of the rows while there is no credential to list them. */
export function notFetchedRow(folder = ''): Row {
  return noteRow(folder, {
    label: l10n.t('Credential'),
    description: l10n.t('not fetched yet'),
    icon: 'circle-large-outline',
    tooltip: l10n.t('Fetch the credential to see what is stored under the package prefix'),
    actions: ['fetch'],
  });
}

/**
 * The row of an entry. A folder may have a hundred thousand of them, so that texts are computed when they are read and
 * not stored.
 */
abstract class EntryRow<T extends Entry> implements Row {
  readonly id: string;
  abstract readonly icon: string;
  abstract readonly actions: readonly RowAction[];

  constructor(
    readonly folder: string,
    readonly entry: T,
    protected readonly context: RowContext,
  ) {
    this.id = idOf(entry);
  }

  abstract get label(): string;
  abstract get tooltip(): string;
  abstract get ariaLabel(): string;

  /** With a filter that has slashes, a listed entry may be in a folder below. */
  protected get name(): string {
    return this.entry.path.slice(this.folder.length);
  }
}

const folderActions: readonly RowAction[] = ['uploadHere', 'delete'];
const objectActions: readonly RowAction[] = ['download', 'copy', 'delete'];
const packageActions: readonly RowAction[] = ['deploy', ...objectActions];

class FolderRow extends EntryRow<FolderEntry> {
  readonly icon = 'folder';
  readonly actions = folderActions;

  get label(): string {
    return singleLine(this.name.replace(/\/$/, '')) || '/';
  }

  get tooltip(): string {
    return singleLine(this.entry.path);
  }

  get ariaLabel(): string {
    return l10n.t('{0}, folder', this.label);
  }
}

class ObjectRow extends EntryRow<ObjectEntry> {
  readonly icon = 'file';

  get actions(): readonly RowAction[] {
    return packageKindOf(this.entry.key) === undefined ? objectActions : packageActions;
  }

  get label(): string {
    // An object whose key ends with a slash has no name in its folder.
    return singleLine(this.name) || `${singleLine(this.entry.path.split('/').at(-2) ?? '')}/`;
  }

  get description(): string {
    return `${formatBytes(this.entry.size)} · ${this.#age}`;
  }

  get ariaLabel(): string {
    const { label, entry } = this;
    return l10n.t('{0}, {1}, uploaded {2}', label, formatBytes(entry.size), this.#age);
  }

  get tooltip(): string {
    const { key, size, lastModified, etag } = this.entry;
    return [
      singleLine(key),
      l10n.t('Size: {0} B', size.toLocaleString(env.language)),
      l10n.t('Uploaded {0}.', formatTime(lastModified, this.context.now)),
      `ETag ${etag}`,
    ].join('\n');
  }

  get #age(): string {
    const elapsed = this.context.now - this.entry.lastModified;
    return elapsed < 60_000 ? l10n.t('just now') : l10n.t('{0} ago', formatElapsed(elapsed));
  }
}

function moreRow(folder: string, shown: number): Row {
  const label = l10n.t('Load More');
  const description = l10n.t('{0} shown', shown);
  return {
    id: `more:${folder}`,
    folder,
    label,
    description,
    icon: 'ellipsis',
    actions: [],
    ariaLabel: `${label}, ${description}`,
    loadsMore: true,
  };
}

function emptyRow(folder: string, { filter }: RowContext): Row {
  if (folder === '' && filter !== '') {
    return noteRow(folder, {
      label: l10n.t('Nothing found'),
      description: l10n.t('no names start with “{0}”; clear the filter to show all', filter),
      icon: 'search-stop',
      actions: ['clearFilter'],
    });
  }
  return noteRow(folder, {
    label: l10n.t('Nothing here yet'),
    description: l10n.t('drop files here, or upload one'),
    icon: 'inbox',
    tooltip: l10n.t('Drop files from the Explorer or the desktop here to upload them.'),
    actions: ['uploadHere'],
  });
}

function failureRow(folder: string, error: unknown): Row {
  if (isAbort(error)) {
    // The person cancelled the fetch of the credential.
    return notFetchedRow(folder);
  }
  const description = error instanceof CodedError ? describeError(error) : undefined;
  if (hasCode(error, 'oss.accessDenied')) {
    return noteRow(folder, {
      label: l10n.t('No permission to list'),
      description: l10n.t('no permission to list; uploads still work'),
      icon: 'lock',
      tooltip: [description?.sentence, description?.reference].join(' ').trim(),
      actions: ['fetch'],
    });
  }
  return noteRow(folder, {
    label: l10n.t('Listing failed'),
    description: description?.sentence ?? l10n.t('Something unexpected happened. Check the log.'),
    icon: 'error',
    color: 'list.errorForeground',
    tooltip: description?.reference === '' ? undefined : description?.reference,
    actions: ['fetch'],
  });
}

function noteRow(folder: string, row: Omit<Row, 'folder' | 'id' | 'ariaLabel'>): Row {
  const ariaLabel = [row.label, row.description].filter(Boolean).join(', ');
  return { id: `note:${folder}`, folder, ariaLabel, ...row };
}

/** Depends on nothing but the entry itself. */
export function idOf({ kind, path }: Pick<Entry, 'kind' | 'path'>): string {
  return `${kind}:${path}`;
}

/** The folder for uploads to a row: the folder itself, or the one that contains it. */
export function targetFolder(row: Row | undefined): string {
  if (row === undefined) {
    return '';
  }
  const { entry } = row;
  // With a filter, an entry may be in another folder than the one in which it is listed.
  return entry === undefined ? row.folder : targetFolderOf(entry);
}
