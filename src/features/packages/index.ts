import { l10n, window, type Uri } from 'vscode';
import type { Disposable } from '../../core/util/disposable';
import type { Uses } from '../../common/featureServices';
import { setContext } from '../../common/vscode/contextKey';
import { DisposableStore } from '../../common/vscode/disposables';
import { plainText } from '../../common/vscode/plainText';
import { viewIds } from '../../common/vscode/viewIds';
import { registerPackagesCommands } from './commands';
import { dropToUpload } from './dropController';
import { PackagesModel } from './model';
import { notFetchedRow, rowsOf, targetFolder } from './rows';
import { PackagesView } from './view';

export interface PackagesDeps extends Uses<
  'accounts' | 'commands' | 'downloadsFolder' | 'log' | 'reporter' | 'session' | 'transferServices'
> {
  /** Uploads files to a folder below the package prefix, named with a slash at its end; '' is the prefix itself. */
  readonly upload: (files: readonly Uri[], folder: string) => Promise<void>;
  /** The same, after a prompt for the files. */
  readonly choose: (folder: string) => Promise<void>;
  /** Deploys an object to an application that the person chooses. */
  readonly deploy: (object: { readonly key: string }) => Promise<unknown>;
}

export interface PackagesFeature extends Disposable {
  /** Cancels the downloads. Resolves when what they had written is removed. */
  stop(): Promise<void>;
}

/** The ages of objects are rendered again when the view is shown after this time, ms. */
const maxAgeShownMs = 60_000;

/** The Packages view: the objects under the package prefix, and the commands for them. */
export function registerPackages(deps: PackagesDeps): PackagesFeature {
  const { session, reporter, upload } = deps;
  const disposables = new DisposableStore();
  const packages = disposables.add(new PackagesModel(deps));
  let renderedAt = Infinity;
  const provider = disposables.add(
    new PackagesView(async (folder) => {
      const listing = await packages.list(folder);
      if (listing === 'notFetched') {
        return folder === '' ? [notFetchedRow()] : [];
      }
      if (listing === undefined || listing === 'signedOut') {
        return [];
      }
      renderedAt = Math.min(renderedAt, Date.now());
      const { filter } = packages;
      return rowsOf(folder, listing, { now: session.clock.now(), filter });
    }),
  );
  const row = provider.row.bind(provider);
  const view = disposables.add(
    window.createTreeView(viewIds.packages, {
      treeDataProvider: provider,
      canSelectMany: true,
      showCollapseAll: true,
      dragAndDropController: dropToUpload(
        (id) => targetFolder(id === undefined ? undefined : row(id)),
        upload,
        reporter,
      ),
    }),
  );
  const refresh = (folder: string): void => {
    const { filter } = packages;
    view.description = plainText(filter === '' ? '' : l10n.t('“{0}…”', filter));
    setContext('edasPackages.packagesFiltered', filter !== '');
    provider.refresh(folder);
  };
  const updateVisibility = (): void => {
    if (view.visible) {
      packages.shown();
    } else {
      packages.hidden();
    }
    if (view.visible && window.state.focused && Date.now() - renderedAt > maxAgeShownMs) {
      renderedAt = Infinity;
      provider.refresh();
    }
  };

  disposables.addAll(
    packages.onDidChange(refresh),
    view.onDidChangeVisibility(updateVisibility),
    window.onDidChangeWindowState(updateVisibility),
    registerPackagesCommands({
      ...deps,
      packages,
      row,
      reveal: (id) => view.reveal(id, { select: true, focus: true }),
      isVisible: () => view.visible,
      selection: () => view.selection,
    }),
  );
  return { stop: () => packages.stop(), dispose: () => disposables.dispose() };
}
