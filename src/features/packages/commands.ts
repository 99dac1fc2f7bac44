import { assertUploadFolder } from '../../core/oss/objectKey';
import type { Disposable } from '../../core/util/disposable';
import type { Uses } from '../../common/featureServices';
import type { CommandHandler } from '../../common/vscode/commands';
import { DisposableStore } from '../../common/vscode/disposables';
import { safeWindow } from '../../common/vscode/safeWindow';
import { focusView, viewIds } from '../../common/vscode/viewIds';
import type { Downloads } from './download';
import type { Entry, ObjectEntry } from '../../common/objects/entries';
import type { PackagesModel } from './model';
import { idOf, targetFolder, type Row } from './rows';

export interface PackagesCommandsDeps extends Uses<
  'commands' | 'log' | 'reporter' | 'session' | 'transferServices'
> {
  readonly packages: PackagesModel;
  /** The row of the view that has this id. */
  readonly row: (id: string) => Row | undefined;
  /** Prompts for files and uploads them to a folder, named as by `targetFolder`. */
  readonly choose: (folder: string) => Promise<void>;
  /** Deploys an object to an application that the person chooses. */
  readonly deploy: (object: { readonly key: string }) => Promise<unknown>;
  /** Scrolls to a row and focuses it. */
  readonly reveal: (id: string) => Thenable<void>;
  readonly isVisible: () => boolean;
  /** Ids of the selected rows. */
  readonly selection: () => readonly string[];
}

export function registerPackagesCommands(deps: PackagesCommandsDeps): Disposable {
  const { packages, row, reporter, log } = deps;
  const disposables = new DisposableStore();
  const disposed = new AbortController();
  const storage = (): ReturnType<PackagesModel['storage']> => packages.storage();
  let downloads: Downloads | undefined;
  const rowOf = (id: unknown): Row | undefined => (typeof id === 'string' ? row(id) : undefined);
  /** A command of rows, which VS Code names by the clicked element and the selected ones. */
  const onEntries =
    (action: (entries: readonly Entry[]) => unknown): CommandHandler =>
    (clicked, all) =>
      action(selectedIds(clicked, all, deps).flatMap((id) => rowOf(id)?.entry ?? []));
  const onObjects = (action: (objects: readonly ObjectEntry[]) => unknown): CommandHandler =>
    onEntries((entries) => action(entries.filter((entry) => entry.kind === 'object')));

  /** Only if it is hidden: focusing a visible view would scroll back to the selected row. */
  const show = async (): Promise<void> => {
    if (!deps.isVisible()) {
      await focusView('packages');
    }
  };

  disposables.addAll(
    { dispose: () => disposed.abort() },
    deps.commands.registerAll({
      refreshPackages: async () => {
        packages.refresh();
        await show();
      },
      filterPackages: async () => {
        const { promptFilter } = await import('./filter');
        const filter = await promptFilter(packages.filter);
        if (filter !== undefined) {
          packages.filter = filter;
          await show();
        }
      },
      clearPackageFilter: () => {
        packages.filter = '';
      },
      loadMorePackages: async (id) => {
        const clicked = rowOf(id);
        if (clicked !== undefined) {
          const location = { viewId: viewIds.packages };
          const first = await safeWindow.withProgress({ location }, () =>
            packages.loadMore(clicked.folder),
          );
          if (first !== undefined) {
            // The clicked row has moved to the end, out of sight.
            await deps.reveal(idOf(first));
          }
        }
      },
      uploadHere: async (id) => {
        const folder = targetFolder(rowOf(id));
        // Before the dialog: no file could be uploaded to a folder that is not allowed.
        assertUploadFolder(folder);
        await deps.choose(folder);
      },
      downloadPackages: onObjects(async (objects) => {
        const download = await import('./download');
        downloads ??= new download.Downloads({ storage, reporter, log });
        await downloads.start(objects, disposed.signal);
      }),
      copyPackages: onObjects(async (objects) =>
        (await import('./copyObjects')).copyObjects(objects, deps),
      ),
      deployPackage: onObjects(([object]) => object && deps.deploy({ key: object.key })),
      deletePackages: onEntries(async (entries) =>
        (await import('./deleteObjects')).deleteObjects(entries, disposed.signal, {
          storage,
          reporter,
          log,
          removed: (path) => packages.removed(path),
          refresh: () => packages.refresh(),
        }),
      ),
    }),
  );
  return disposables;
}

/** A keybinding passes no element: the selected rows are meant. */
function selectedIds(
  clicked: unknown,
  all: unknown,
  { selection }: PackagesCommandsDeps,
): readonly unknown[] {
  if (clicked === undefined) {
    return selection();
  }
  return Array.isArray(all) && all.includes(clicked) ? all : [clicked];
}
