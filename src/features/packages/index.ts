import { env, l10n, window, type Uri } from 'vscode';
import type { Disposable } from '../../core/disposable';
import type { Log } from '../../core/log';
import type { CredentialSession } from '../../core/session/session';
import type { CurrentAccount } from '../../kit/account';
import type { Commands } from '../../kit/commands';
import { ContextKey } from '../../kit/contextKey';
import { Disposables } from '../../kit/disposables';
import type { Lazy } from '../../kit/lazy';
import type { Reporter } from '../../kit/report';
import { fetchOnShowSetting, networkOf } from '../../kit/settings';
import type { TransferTools } from '../../kit/transferTools';
import { registerPackagesCommands, viewId } from './commands';
import { DropToUpload } from './drop';
import { Packages } from './model';
import { notFetchedRow, refusals, rowsOf, targetFolder, type Circumstances } from './rows';
import { PackagesView } from './view';

export interface PackagesDeps {
  readonly accounts: CurrentAccount;
  readonly session: CredentialSession;
  readonly tools: Lazy<TransferTools>;
  readonly commands: Commands;
  readonly reporter: Reporter;
  readonly log: Log;
  /** Uploads files to a folder below the package prefix, named with a slash at its end; '' is the prefix itself. */
  readonly upload: (files: readonly Uri[], folder: string) => Promise<void>;
  /** The same, after having asked which files. */
  readonly choose: (folder: string) => Promise<void>;
}

/** Ages that were drawn longer ago are drawn anew when somebody looks again, ms. */
const agesHoldMs = 60_000;

/** The Packages view: what stands under the package prefix, and what can be done with it. */
export function registerPackages(deps: PackagesDeps): Disposable {
  const { accounts, session, reporter, upload } = deps;
  const ends = new Disposables();
  const packages = ends.add(
    new Packages({
      ...deps,
      network: () => networkOf(accounts.current),
      fetchesOnShow: fetchOnShowSetting,
    }),
  );
  const isDenied: Circumstances['isDenied'] = (right) => packages.rights.isDenied(right);
  let drawnAt = Infinity;
  const provider = ends.add(
    new PackagesView(async (folder) => {
      const listing = await packages.look(folder);
      if (listing === 'notFetched') {
        return folder === '' ? [notFetchedRow(l10n)] : [];
      }
      if (listing === undefined || listing === 'signedOut') {
        return [];
      }
      drawnAt = Math.min(drawnAt, Date.now());
      const { filter } = packages;
      const circumstances = { now: session.clock.now(), locale: env.language, filter, isDenied };
      return rowsOf(folder, listing, circumstances, l10n);
    }),
  );
  const row = provider.row.bind(provider);
  const view = ends.add(
    window.createTreeView(viewId, {
      treeDataProvider: provider,
      canSelectMany: true,
      showCollapseAll: true,
      dragAndDropController: new DropToUpload(
        (id) => targetFolder(id === undefined ? undefined : row(id)),
        upload,
        reporter,
      ),
    }),
  );
  const filtered = ends.add(new ContextKey('edasPackages.packagesFiltered'));
  const draw = (folder: string): void => {
    const { filter } = packages;
    view.description = filter === '' ? '' : l10n.t('“{0}…”', filter);
    view.message = refusals(isDenied, l10n);
    filtered.set(filter !== '');
    provider.redraw(folder);
  };
  const look = (): void => {
    if (view.visible) {
      packages.shown();
    }
    if (view.visible && window.state.focused && Date.now() - drawnAt > agesHoldMs) {
      drawnAt = Infinity;
      provider.redraw();
    }
  };

  ends.add(packages.onDidChange(draw));
  ends.add(view.onDidChangeVisibility(look));
  ends.add(window.onDidChangeWindowState(look));
  ends.add(
    registerPackagesCommands({
      ...{ ...deps, packages, row },
      reveal: (id) => view.reveal(id, { select: true, focus: true }),
      isVisible: () => view.visible,
      selection: () => view.selection,
    }),
  );
  return ends;
}
