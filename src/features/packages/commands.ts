import { commands } from 'vscode';
import type { Disposable } from '../../core/util/disposable';
import type { Log } from '../../core/util/log';
import type { CredentialSession } from '../../core/credential/session';
import { commandIds, type CommandId } from '../../common/vscode/commandIds';
import type { Commands } from '../../common/vscode/commands';
import { DisposableStore } from '../../common/vscode/disposables';
import type { Reporter } from '../../common/vscode/reporter';
import type { Lazy } from '../../common/vscode/lazy';
import type { TransferServices } from '../../common/transferServices';
import type { Downloads } from './download';
import type { Entry, ObjectEntry } from '../../common/objects/entries';
import type { PackagesModel } from './model';
import { assertUploadFolder } from '../../core/oss/objectKey';
import { idOf, targetFolder, type Row } from './rows';
import { safeWindow } from '../../common/vscode/safeWindow';

export interface PackagesCommandsDeps {
  readonly packages: PackagesModel;
  readonly commands: Commands;
  readonly reporter: Reporter;
  readonly log: Log;
  readonly session: CredentialSession;
  readonly tools: Lazy<TransferServices>;
  /** The row of the view that has this id. */
  readonly row: (id: string) => Row | undefined;
  /** Asks for files, and uploads them to a folder, named as by `targetFolder`. */
  readonly choose: (folder: string) => Promise<void>;
  /** Deploys an object to an application that the person chooses. */
  readonly deploy: (object: { readonly key: string }) => Promise<void>;
  /** Brings a row into sight, and the focus to it. */
  readonly reveal: (id: string) => Thenable<void>;
  readonly isVisible: () => boolean;
  /** Ids of the rows that are selected. */
  readonly selection: () => readonly string[];
}

/** What can be done with packages. */
export function registerPackagesCommands(deps: PackagesCommandsDeps): Disposable {
  const { packages, reporter, log } = deps;
  const disposables = new DisposableStore();
  const leaving = new AbortController();
  disposables.add({ dispose: () => leaving.abort() });
  let downloads: Downloads | undefined;
  const register = (...command: Parameters<Commands['register']>): void => {
    disposables.add(deps.commands.register(...command));
  };
  /** A command of rows, which VS Code names by the element that was clicked and those that are selected. */
  const onEntries = (id: CommandId, action: (entries: readonly Entry[]) => Promise<void>): void =>
    register(id, (clicked, all) => action(entriesIn(chosenIds(clicked, all, deps), deps.row)));
  const onObjects = (
    id: CommandId,
    action: (objects: readonly ObjectEntry[]) => Promise<void>,
  ): void => onEntries(id, (entries) => action(entries.filter((entry) => entry.kind === 'object')));

  /** From the palette it may be out of sight. In sight it must not scroll back to what is selected. */
  const show = async (): Promise<void> => {
    if (!deps.isVisible()) {
      await commands.executeCommand(`${viewId}.focus`);
    }
  };

  register(commandIds.refreshPackages, async () => {
    packages.refresh();
    await show();
  });
  register(commandIds.filterPackages, async () => {
    const { askFilter } = await import('./filter');
    const filter = await askFilter(packages.filter);
    if (filter !== undefined) {
      packages.filter = filter;
      await show();
    }
  });
  register(commandIds.clearPackageFilter, () => {
    packages.filter = '';
  });
  register(commandIds.loadMorePackages, async (id) => {
    const row = typeof id === 'string' ? deps.row(id) : undefined;
    if (row !== undefined) {
      const first = await safeWindow.withProgress({ location: { viewId } }, () =>
        packages.loadMore(row.folder),
      );
      if (first !== undefined) {
        // The row that was pressed has moved to the end, out of sight.
        await deps.reveal(idOf(first));
      }
    }
  });
  register(commandIds.uploadHere, async (id) => {
    const folder = targetFolder(typeof id === 'string' ? deps.row(id) : undefined);
    // Before the dialog: no file that somebody could choose would do.
    assertUploadFolder(folder);
    await deps.choose(folder);
  });
  onObjects(commandIds.downloadPackages, async (objects) => {
    const { Downloads: Made } = await import('./download');
    downloads ??= new Made({ packages: () => packages.prefix(), reporter, log });
    await downloads.start(objects, leaving.signal);
  });
  onObjects(commandIds.copyPackages, async (objects) => {
    const { copyObjects } = await import('./copyObjects');
    await copyObjects(objects, deps);
  });
  onObjects(commandIds.deployPackage, async ([object]) => {
    await (object && deps.deploy({ key: object.key }));
  });
  onEntries(commandIds.deletePackages, async (entries) => {
    const { deleteObjects } = await import('./deleteObjects');
    await deleteObjects(entries, leaving.signal, {
      packages: () => packages.prefix(),
      ...{ reporter, log },
      removed: (path) => packages.removed(path),
    });
  });
  return disposables;
}

export const viewId = 'edasPackages.packages';

/** A keybinding hands nothing: it means what is selected. */
function chosenIds(
  clicked: unknown,
  all: unknown,
  { selection }: PackagesCommandsDeps,
): readonly unknown[] {
  if (clicked === undefined) {
    return selection();
  }
  return Array.isArray(all) && all.includes(clicked) ? all : [clicked];
}

function entriesIn(ids: readonly unknown[], row: PackagesCommandsDeps['row']): readonly Entry[] {
  return ids.flatMap((id) => (typeof id === 'string' ? (row(id)?.entry ?? []) : []));
}
