import { l10n } from 'vscode';
import { singleLine } from '../../core/util/displayText';
import { packageKindOf } from '../../core/deploy/packageKind';
import { CodedError, isAbort, hasCode } from '../../core/errors/catalogue';
import { formatElapsed, formatBytes, formatTime } from '../../common/messages/format';
import { describeError } from '../../common/messages';
import { targetFolderOf, type Entry, type FolderEntry, type ObjectEntry } from './entries';
import type { Listing } from './folderCache';

/** What can be done with a row. The menus of package.json look for these words. */
export type RowAction =
  'clearFilter' | 'copy' | 'delete' | 'deploy' | 'download' | 'fetch' | 'uploadHere';

/** A row of the Packages view, before VS Code's classes. */
export interface Row {
  readonly id: string;
  /** The folder that it stands in. */
  readonly folder: string;
  readonly label: string;
  readonly description?: string;
  /** Name of a product icon; files and folders have those of the icon theme. */
  readonly icon: 'file' | 'folder' | `$${string}`;
  /** Of an entry, it is shown when somebody asks for it. */
  readonly hint?: string;
  /** What a screen reader says. */
  readonly spoken: string;
  readonly can: readonly RowAction[];
  /** Of an entry. */
  readonly entry?: Entry;
  /** It is there to be pressed: shows the next page. */
  readonly loadsMore?: true;
}

/** What rows depend on besides what is listed. */
export interface RowContext {
  /** Server's time, ms since 1970. */
  readonly now: number;
  /** BCP 47 tag of the language that VS Code is shown in. */
  readonly locale: string;
  readonly filter: string;
}

/** The rows of a folder, top to bottom. */
export function rowsOf(
  folder: string,
  { entries, hasMore, error }: Listing,
  circumstances: RowContext,
): readonly Row[] {
  const failure = error === undefined ? [] : [failureRow(folder, error)];
  if (entries.length === 0) {
    return failure.length > 0 ? failure : [emptyRow(folder, circumstances)];
  }
  return [
    ...failure,
    ...entries.map((entry) =>
      entry.kind === 'folder'
        ? new FolderRow(folder, entry, circumstances)
        : new ObjectRow(folder, entry, circumstances),
    ),
    ...(hasMore ? [moreRow(folder, entries.length)] : []),
  ];
}

/** Instead of the root's rows while nobody has asked for the credential that would list them. */
export function notFetchedRow(folder = ''): Row {
  return note(folder, {
    label: l10n.t('Credential'),
    description: l10n.t('not fetched yet'),
    icon: '$circle-large-outline',
    hint: l10n.t('Fetch the credential to see what is stored under the package prefix'),
    can: ['fetch'],
  });
}

/**
 * The row of an entry. A folder may have a hundred thousand, of which a screen shows fifty: all texts are made when they
 * are asked for, and none is stored.
 */
abstract class EntryRow<T extends Entry> implements Row {
  readonly id: string;
  abstract readonly icon: Row['icon'];
  abstract readonly can: readonly RowAction[];

  constructor(
    readonly folder: string,
    readonly entry: T,
    protected readonly context: RowContext,
  ) {
    this.id = idOf(entry);
  }

  abstract get label(): string;
  abstract get hint(): string;
  abstract get spoken(): string;

  /** With a filter that has slashes, what is listed may be deeper than its folder. */
  protected get name(): string {
    return this.entry.path.slice(this.folder.length);
  }
}

const folderActions: readonly RowAction[] = ['uploadHere', 'delete'];
const objectActions: readonly RowAction[] = ['download', 'copy', 'delete'];
const packageActions: readonly RowAction[] = ['deploy', ...objectActions];

class FolderRow extends EntryRow<FolderEntry> {
  readonly icon = 'folder';
  readonly can = folderActions;

  get label(): string {
    return singleLine(this.name.replace(/\/$/, '')) || '/';
  }

  get hint(): string {
    return singleLine(this.entry.path);
  }

  get spoken(): string {
    return l10n.t('{0}, folder', this.label);
  }
}

class ObjectRow extends EntryRow<ObjectEntry> {
  readonly icon = 'file';

  get can(): readonly RowAction[] {
    return packageKindOf(this.entry.key) === undefined ? objectActions : packageActions;
  }

  get label(): string {
    // An object whose key ends with a slash has no name in its folder.
    return singleLine(this.name) || `${singleLine(this.entry.path.split('/').at(-2) ?? '')}/`;
  }

  get description(): string {
    return `${formatBytes(this.entry.size)} · ${this.#age}`;
  }

  get spoken(): string {
    const { label, entry } = this;
    return l10n.t('{0}, {1}, uploaded {2}', label, formatBytes(entry.size), this.#age);
  }

  get hint(): string {
    const { now, locale } = this.context;
    const { key, size, lastModified, etag } = this.entry;
    return [
      singleLine(key),
      l10n.t('{0} bytes', size.toLocaleString(locale)),
      l10n.t('Uploaded {0}.', formatTime(lastModified, now, locale)),
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
    ...{ id: `more:${folder}`, folder, label, description, icon: '$ellipsis', can: [] },
    spoken: `${label}, ${description}`,
    loadsMore: true,
  };
}

function emptyRow(folder: string, { filter }: RowContext): Row {
  if (folder === '' && filter !== '') {
    return note(folder, {
      label: l10n.t('Nothing found'),
      description: l10n.t('no name begins with “{0}”; clear the filter to see all', filter),
      icon: '$search-stop',
      can: ['clearFilter'],
    });
  }
  return note(folder, {
    label: l10n.t('Nothing here yet'),
    description: l10n.t('drop files here, or upload one'),
    icon: '$inbox',
    hint: l10n.t('Drop files from the Explorer or the desktop here to upload them.'),
    can: ['uploadHere'],
  });
}

function failureRow(folder: string, error: unknown): Row {
  if (isAbort(error)) {
    // The fetch of the credential was cancelled.
    return notFetchedRow(folder);
  }
  const told = error instanceof CodedError ? describeError(error) : undefined;
  if (hasCode(error, 'oss.accessDenied')) {
    return note(folder, {
      label: l10n.t('Listing is not allowed'),
      description: l10n.t('this credential is not allowed to list; uploads still work'),
      icon: '$lock',
      hint: [told?.sentence, told?.reference].join(' ').trim(),
      can: ['fetch'],
    });
  }
  return note(folder, {
    label: l10n.t('Listing failed'),
    description: told?.sentence ?? l10n.t('Something unexpected happened. Check the log.'),
    icon: '$error',
    ...(told !== undefined && told.reference !== '' && { hint: told.reference }),
    can: ['fetch'],
  });
}

function note(folder: string, look: Omit<Row, 'folder' | 'id' | 'spoken'>): Row {
  const spoken = [look.label, look.description].filter(Boolean).join(', ');
  return { id: `note:${folder}`, folder, spoken, ...look };
}

/** The same for an entry whatever is listed beside it. */
export function idOf({ kind, path }: Pick<Entry, 'kind' | 'path'>): string {
  return `${kind}:${path}`;
}

/** The folder that is meant by a row: itself, or the one that it stands in. */
export function targetFolder(row: Row | undefined): string {
  if (row === undefined) {
    return '';
  }
  const { entry } = row;
  // A row that a filter brought up may stand in another folder than the one it is listed in.
  return entry === undefined ? row.folder : targetFolderOf(entry);
}
